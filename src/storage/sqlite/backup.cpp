#include "storage/sqlite/backup.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/file.hpp"

namespace p2pc::storage {
namespace {

namespace fs = std::filesystem;

// Of 4 KiB: how much is copied between two looks at `stop`.
constexpr int pages_a_step = 1024;

Error trouble(const fs::path& file) {
    return Error{Errc::local_io,
                 fmt::format("{}: {}", file.string(), std::generic_category().message(errno))};
}

Status copy_pages(const fs::path& from, const fs::path& to, const std::atomic<bool>& stop) {
    constexpr int patience_ms = 5000;
    SQLite::Database source{from.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, patience_ms};
    SQLite::Database made{to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX};
    // Nobody reads it before it is whole, and a crash loses it anyway.
    made.exec("PRAGMA journal_mode = OFF");
    made.exec("PRAGMA synchronous = OFF");
    // From its first read on a transaction sees this one moment, whatever others write.
    source.exec("BEGIN");
    source.execAndGet("SELECT count(*) FROM sqlite_schema");
    SQLite::Backup backup{made, source};
    int step = SQLITE_OK;
    while (step == SQLITE_OK) {
        if (stop) return Errc::canceled;
        step = backup.executeStep(pages_a_step);
    }
    if (step == SQLITE_DONE) return {};
    return Error{Errc::local_io, "the database stays locked"};
}

Result<DatabaseCopy> opened(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return trouble(file);
    struct stat found {};
    if (::fstat(fd, &found) != 0) {
        auto error = trouble(file);
        ::close(fd);
        return error;
    }
    return DatabaseCopy{fd, static_cast<std::uint64_t>(found.st_size)};
}

}  // namespace

DatabaseCopy::~DatabaseCopy() {
    if (fd_ >= 0) ::close(fd_);
}

Result<std::size_t> DatabaseCopy::read(std::uint64_t at, std::span<std::byte> into) const {
    const auto got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(at));
    if (got < 0) return Error{Errc::local_io, std::generic_category().message(errno)};
    return static_cast<std::size_t>(got);
}

void remove_unfinished_copy(const fs::path& file) noexcept {
    ::unlink(beside(file, ".backup").c_str());
}

Result<DatabaseCopy> copy_database(const fs::path& file, const std::atomic<bool>& stop) {
    const auto draft = beside(file, ".backup");
    remove_unfinished_copy(file);
    auto empty = make_empty(draft);
    if (!empty) return empty.error();
    Status copied;
    try {
        copied = copy_pages(file, draft, stop);
    } catch (const SQLite::Exception& why) {
        copied = error_of(why);
    }
    auto copy = copied ? opened(draft) : Result<DatabaseCopy>{copied.error()};
    ::unlink(draft.c_str());
    return copy;
}

}  // namespace p2pc::storage
