#include "commands/admin_backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace p2pc::commands {
namespace {

namespace fs = std::filesystem;

Error trouble(const fs::path& file) {
    return Error{Errc::local_io,
                 fmt::format("'{}': {}", file.string(), std::generic_category().message(errno))};
}

Status sync_folder(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return trouble(folder);
    const bool synced = ::fsync(fd) == 0;
    auto why = trouble(folder);
    ::close(fd);
    if (synced) return {};
    return why;
}

}  // namespace

Result<BackupFile> BackupFile::create(const fs::path& given) {
    std::error_code ec;
    const auto file = fs::absolute(given, ec);
    if (ec || !file.has_filename()) {
        return Error{Errc::local_io, fmt::format("'{}' is not the name of a file", given.string())};
    }
    struct stat found {};
    if (::lstat(file.c_str(), &found) == 0) {
        return Error{Errc::local_io, fmt::format("'{}' is there already", given.string())};
    }
    fs::path part = file.string() + ".part";
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return trouble(part);
    return BackupFile{file, std::move(part), fd};
}

BackupFile::BackupFile(BackupFile&& other) noexcept
    : file_(std::move(other.file_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_) {}

BackupFile::~BackupFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_.c_str());
}

Status BackupFile::add(BytesView piece) {
    while (!piece.empty()) {
        const auto put = ::write(fd_, piece.data(), piece.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return trouble(part_);
        piece = piece.subspan(static_cast<std::size_t>(put));
        size_ += static_cast<std::uint64_t>(put);
    }
    return {};
}

Status BackupFile::commit(std::uint64_t size) {
    if (size_ != size) {
        return Error{Errc::malformed, fmt::format("{} bytes came, {} were sent", size_, size)};
    }
    if (::fsync(fd_) != 0) return trouble(part_);
    // link() never replaces, and every file system with hard links has it.
    if (::link(part_.c_str(), file_.c_str()) != 0) return trouble(file_);
    ::close(std::exchange(fd_, -1));
    if (::unlink(part_.c_str()) != 0) return trouble(part_);
    return sync_folder(file_.parent_path());
}

}  // namespace p2pc::commands
