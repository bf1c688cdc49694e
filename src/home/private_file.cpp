#include "home/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "home/descriptor.hpp"

namespace p2pc::home {
namespace {

namespace fs = std::filesystem;

Descriptor open_again(const fs::path& path, int flags, mode_t mode = 0) {
    int fd;
    do {
        fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode);
    } while (fd < 0 && errno == EINTR);
    return Descriptor{fd};
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Status sync_folder_of(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const Descriptor held{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!held || ::fsync(held.get()) != 0) return io_trouble("sync", folder);
    return {};
}

// Everything replace_private_file does before the rename. False with errno set.
bool write_new(const fs::path& path, std::string_view content) {
    const Descriptor file = open_again(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file) return false;
    // The mode again, past any umask.
    return ::fchmod(file.get(), 0600) == 0 && write_all(file.get(), content) && ::fsync(file.get()) == 0;
}

}  // namespace

Error damaged(const fs::path& path, std::string_view what) {
    return Error{Errc::corrupt, fmt::format("'{}': {}", path.string(), what)};
}

Error io_trouble(std::string_view verb, const fs::path& path) {
    const int reason = errno;
    return Error{Errc::local_io,
                 fmt::format("cannot {} '{}': {}", verb, path.string(), std::strerror(reason))};
}

Result<std::string> read_private_file(const fs::path& path, std::size_t max_size) {
    // O_NONBLOCK: a FIFO in place of the file must not hold us.
    const Descriptor file = open_again(path, O_RDONLY | O_NONBLOCK);
    if (!file && errno == ENOENT) return Error{Errc::not_found, path.string()};
    if (!file && errno == ELOOP) return damaged(path, "is a symbolic link");
    if (!file) return io_trouble("open", path);

    struct stat is {};
    if (::fstat(file.get(), &is) != 0) return io_trouble("look at", path);
    if (!S_ISREG(is.st_mode)) return damaged(path, "is not a regular file");
    if (is.st_uid != ::geteuid()) return damaged(path, "belongs to another user");
    if ((is.st_mode & 077) != 0) {
        return damaged(path, fmt::format("is open to others (mode {:04o}, needed 0600)", is.st_mode & 07777));
    }
    if (is.st_size < 0 || static_cast<std::uintmax_t>(is.st_size) > max_size) {
        return damaged(path, "is larger than such a file can be");
    }

    std::string content(static_cast<std::size_t>(is.st_size), '\0');
    std::size_t have = 0;
    while (have < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + have, content.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_trouble("read", path);
        if (got == 0) return damaged(path, "became shorter while it was read");
        have += static_cast<std::size_t>(got);
    }
    return content;
}

Status replace_private_file(const fs::path& path, std::string_view content) {
    fs::path next = path;
    next += ".new";
    if (::unlink(next.c_str()) != 0 && errno != ENOENT) return io_trouble("remove", next);
    if (!write_new(next, content)) {
        auto trouble = io_trouble("write", next);
        ::unlink(next.c_str());
        return trouble;
    }
    if (::rename(next.c_str(), path.c_str()) != 0) {
        auto trouble = io_trouble("replace", path);
        ::unlink(next.c_str());
        return trouble;
    }
    return sync_folder_of(path);
}

Status erase_private_file(const fs::path& path) {
    struct stat is {};
    if (const Descriptor file = open_again(path, O_WRONLY | O_NONBLOCK);
        file && ::fstat(file.get(), &is) == 0 && S_ISREG(is.st_mode) && is.st_nlink == 1) {
        // As good as it gets on a journaling disk: what cannot be overwritten is removed all the same.
        if (write_all(file.get(), std::string(static_cast<std::size_t>(is.st_size), '\0')))
            ::fsync(file.get());
    }
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT) return {};
        return io_trouble("remove", path);
    }
    return sync_folder_of(path);
}

bool name_exists(const fs::path& path) {
    struct stat is {};
    return ::lstat(path.c_str(), &is) == 0;
}

}  // namespace p2pc::home
