#include "storage/sqlite/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <p2pc/base/bytes.hpp>
#include <system_error>

#include "storage/sqlite/migrations.hpp"

namespace p2pc::storage {
namespace {

// SQLite's header is 100 bytes; https://www.sqlite.org/fileformat.html names these offsets.
constexpr std::size_t header_size = 100;
constexpr std::size_t user_version_at = 60;
constexpr std::size_t application_id_at = 68;
constexpr std::string_view magic{"SQLite format 3\0", 16};

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

Error system_error(const std::filesystem::path& file, int error = errno) {
    return Error{Errc::local_io,
                 fmt::format("{}: {}", file.string(), std::generic_category().message(error))};
}

Error unfit(const std::filesystem::path& file, std::string_view why) {
    return Error{Errc::local_io, fmt::format("{} {}", file.string(), why)};
}

Error not_ours(const std::filesystem::path& file, std::string_view why) {
    return Error{Errc::corrupt, fmt::format("{} {}", file.string(), why)};
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
    Descriptor lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    if (lock.fd() < 0) return system_error(file);
    if (::flock(lock.fd(), LOCK_EX | LOCK_NB) == 0) return FileLock{lock.release()};
    if (errno != EWOULDBLOCK) return system_error(file);
    return Error{Errc::in_use, fmt::format("{} is locked by another server", file.string())};
}

FileLock::~FileLock() {
    // The file stays: removing it would let two later ones each lock a file of that name.
    if (fd_ >= 0) ::close(fd_);
}

Result<Presence> look_at(const std::filesystem::path& file) {
    struct stat found {};
    if (::lstat(file.c_str(), &found) != 0) {
        if (errno == ENOENT) return Presence::absent;
        return system_error(file);
    }
    if (S_ISDIR(found.st_mode)) return unfit(file, "is a folder");
    if (S_ISLNK(found.st_mode)) return unfit(file, "is a link (name the file itself)");
    if (!S_ISREG(found.st_mode)) return unfit(file, "is not a file");
    // By the mode, not by access(): root may write everything, and the owner's wish is the mode.
    if ((found.st_mode & S_IWUSR) == 0) return unfit(file, "is read-only");
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) return unfit(file, "is open to others (chmod 600)");
    return Presence::present;
}

Status check_header(const std::filesystem::path& file, std::uint32_t newest_version) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (opened.fd() < 0) return system_error(file);
    ByteArray<header_size> header{};
    const auto size = ::pread(opened.fd(), header.data(), header.size(), 0);
    if (size < 0) return system_error(file);
    if (size == 0) return not_ours(file, "is empty");
    const bool whole = static_cast<std::size_t>(size) == header.size();
    if (!whole || as_text(header).substr(0, magic.size()) != magic)
        return not_ours(file, "is not a database");
    if (read_be<std::uint32_t>(&header[application_id_at]) != application_id) {
        return not_ours(file, "is a database of another program");
    }
    const auto version = read_be<std::uint32_t>(&header[user_version_at]);
    if (version == 0) return not_ours(file, "has no schema");
    if (version > newest_version) {
        return not_ours(
            file, fmt::format("is of a newer version ({}, this program knows {})", version, newest_version));
    }
    return {};
}

Status make_folder(const std::filesystem::path& folder) {
    std::filesystem::path made;
    for (const auto& part : folder) {
        made /= part;
        if (::mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
        std::error_code ignored;
        if (!std::filesystem::is_directory(made, ignored)) return system_error(made);
    }
    return {};
}

Status make_empty(const std::filesystem::path& file) {
    const Descriptor made{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (made.fd() < 0) return system_error(file);
    return {};
}

Status publish(const std::filesystem::path& from, const std::filesystem::path& to) {
    // link() never replaces, and unlike renameat2() every file system with hard links has it.
    if (::link(from.c_str(), to.c_str()) != 0) {
        if (errno == EEXIST) return Error{Errc::in_use, fmt::format("{} appeared meanwhile", to.string())};
        return system_error(to);
    }
    if (::unlink(from.c_str()) != 0) return system_error(from);
    const Descriptor folder{::open(to.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) return system_error(to.parent_path());
    return {};
}

std::filesystem::path beside(const std::filesystem::path& file, std::string_view suffix) {
    return file.string().append(suffix);
}

}  // namespace p2pc::storage
