#include "transfer/held_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace p2pc::transfer {
namespace {

bool is_component(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

std::string path_of(int fd, const std::string& fallback) {
    std::array<char, 4096> target;
    const auto link = fmt::format("/proc/self/fd/{}", fd);
    const auto size = ::readlink(link.c_str(), target.data(), target.size());
    if (size > 0 && static_cast<std::size_t>(size) < target.size()) {
        return std::string(target.data(), static_cast<std::size_t>(size));
    }
    std::error_code unknown;
    return std::filesystem::absolute(fallback, unknown).string();
}

int open_once(int folder, const std::string& name, int flags, mode_t mode, Resolve resolve) {
    if (resolve == Resolve::kernel) {
        open_how how{};
        how.flags = static_cast<std::uint64_t>(flags);
        how.mode = mode;
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
        const auto fd = ::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how);
        // ENOSYS: a kernel before 5.6; EPERM: also what container filters say to calls they do not know.
        if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(fd);
    }
    return ::openat(folder, name.c_str(), flags, mode);
}

}  // namespace

mode_t process_umask() noexcept {
    // umask(2) can only be read by changing it, for all threads at once; /proc tells it without.
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> status{std::fopen("/proc/self/status", "re"),
                                                           &std::fclose};
    std::array<char, 256> line;
    unsigned mask = 0;
    while (status && std::fgets(line.data(), line.size(), status.get()) != nullptr) {
        // NOLINTNEXTLINE(cert-err34-c): the kernel writes the number
        if (std::sscanf(line.data(), "Umask: %o", &mask) == 1) return static_cast<mode_t>(mask & 0777);
    }
    return 077;
}

int HeldFolder::open_beneath(const std::string& name, int flags, mode_t mode) const noexcept {
    if (!is_component(name)) {
        errno = EINVAL;
        return -1;
    }
    int fd = -1;
    do {
        fd = open_once(fd_.get(), name, flags | O_NOFOLLOW | O_CLOEXEC, mode, resolve_);
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return fd;
}

bool HeldFolder::is_folder(const std::string& path) noexcept {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

Result<HeldFolder> HeldFolder::open(const std::string& path, Missing missing, Resolve resolve) {
    if (missing == Missing::make) {
        std::error_code failed;
        std::filesystem::create_directories(path, failed);
        if (failed) return io_error(fmt::format("cannot make the folder '{}'", path), failed.value());
    }
    FileDescriptor fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd) return io_error(fmt::format("cannot open the folder '{}'", path), errno);
    auto absolute = path_of(fd.get(), path);
    return HeldFolder{std::move(fd), std::move(absolute), resolve};
}

Result<HeldFolder> HeldFolder::private_folder(const std::string& name, Missing missing) const {
    const auto path = path_ + "/" + name;
    if (!is_component(name)) return io_error(path, EINVAL);
    FileDescriptor fd;
    // Another process may remove the folder, empty as it is, between our two calls.
    for (int attempt = 0; attempt < 100 && !fd; ++attempt) {
        if (missing == Missing::make && ::mkdirat(fd_.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
            return io_error(fmt::format("cannot make '{}'", path), errno);
        }
        fd = FileDescriptor{open_beneath(name, O_RDONLY | O_DIRECTORY, 0)};
        if (!fd && (errno != ENOENT || missing == Missing::refuse)) break;
    }
    if (!fd && errno == ENOENT && missing == Missing::refuse) return Errc::not_found;
    if (!fd && (errno == ELOOP || errno == ENOTDIR)) {
        return Error{Errc::local_io, fmt::format("'{}' is not a folder (remove it)", path)};
    }
    if (!fd) return io_error(fmt::format("cannot open '{}'", path), errno);
    struct stat found {};
    if (::fstat(fd.get(), &found) != 0) return io_error(path, errno);
    if (found.st_uid != ::geteuid()) {
        return Error{Errc::local_io, fmt::format("'{}' was prepared by another user", path)};
    }
    if ((found.st_mode & 0777) != 0700) {
        return Error{Errc::local_io, fmt::format("'{}' is not private (its mode must be 0700)", path)};
    }
    return HeldFolder{std::move(fd), path, resolve_};
}

Result<std::optional<FileDescriptor>> HeldFolder::create(const std::string& name, mode_t mode) const {
    FileDescriptor fd{open_beneath(name, O_RDWR | O_CREAT | O_EXCL, mode)};
    if (fd) return std::optional{std::move(fd)};
    if (errno == EEXIST) return std::optional<FileDescriptor>{};
    if (errno == ENOENT) return Error{Errc::not_found, fmt::format("the folder '{}' is gone", path_)};
    return io_error(fmt::format("cannot make a file in '{}'", path_), errno);
}

Result<std::optional<FileDescriptor>> HeldFolder::open_file(const std::string& name) const {
    return open_regular(name, O_RDWR);
}

Result<std::optional<FileDescriptor>> HeldFolder::read_file(const std::string& name) const {
    return open_regular(name, O_RDONLY);
}

Result<std::optional<FileDescriptor>> HeldFolder::open_regular(const std::string& name, int flags) const {
    FileDescriptor fd{open_beneath(name, flags | O_NONBLOCK | O_NOCTTY, 0)};
    if (!fd && errno == ENOENT) return std::optional<FileDescriptor>{};
    if (!fd) return io_error(fmt::format("cannot open '{}/{}'", path_, name), errno);
    struct stat found {};
    if (::fstat(fd.get(), &found) != 0) return io_error(path_, errno);
    if (!S_ISREG(found.st_mode)) {
        return Error{Errc::local_io, fmt::format("'{}/{}' is not a regular file", path_, name)};
    }
    return std::optional{std::move(fd)};
}

bool HeldFolder::is_same(const std::string& name, int fd) const {
    struct stat named {};
    struct stat held {};
    return is_component(name) && ::fstatat(fd_.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ::fstat(fd, &held) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

Result<bool> HeldFolder::move(const std::string& name, const HeldFolder& to,
                              const std::string& to_name) const {
    if (!is_component(name) || !is_component(to_name)) return io_error(to_name, EINVAL);
    if (::renameat2(fd_.get(), name.c_str(), to.fd(), to_name.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EINVAL || errno == ENOSYS) {
        // A file system that cannot rename without replacing (NFS): a hard link never replaces either.
        if (::linkat(fd_.get(), name.c_str(), to.fd(), to_name.c_str(), 0) == 0) {
            ::unlinkat(fd_.get(), name.c_str(), 0);
            return true;
        }
    }
    if (errno == EEXIST) return false;
    return io_error(fmt::format("cannot move a file into '{}'", to.path()), errno);
}

}  // namespace p2pc::transfer
