// What trees need of a HeldFolder, beside single files: folders, symlinks, looking, and removing.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <memory>

#include "transfer/growing_file.hpp"
#include "transfer/held_folder.hpp"

namespace p2pc::transfer {
namespace {

bool is_component(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

Found found_of(const struct stat& stat) {
    Found found;
    if (S_ISREG(stat.st_mode)) found.kind = Found::Kind::file;
    if (S_ISDIR(stat.st_mode)) found.kind = Found::Kind::folder;
    if (S_ISLNK(stat.st_mode)) found.kind = Found::Kind::link;
    found.device = stat.st_dev;
    found.inode = stat.st_ino;
    found.size = static_cast<std::uint64_t>(stat.st_size);
    found.mode = stat.st_mode & 0777;
    found.mtime = FileTime{stat.st_mtim.tv_sec, static_cast<std::uint32_t>(stat.st_mtim.tv_nsec)};
    return found;
}

}  // namespace

Result<Found> look_at(int fd) {
    struct stat stat {};
    if (::fstat(fd, &stat) != 0) return io_error("cannot look at a file", errno);
    return found_of(stat);
}

Error HeldFolder::failed(std::string_view what, const std::string& name, int error_number) const {
    return io_error(fmt::format("{} '{}/{}'", what, path_, name), error_number);
}

Result<std::optional<HeldFolder>> HeldFolder::make_folder(const std::string& name) const {
    if (!is_component(name)) return failed("cannot make", name, EINVAL);
    if (::mkdirat(fd_.get(), name.c_str(), 0700) != 0) {
        if (errno == EEXIST) return std::optional<HeldFolder>{};
        if (errno == ENOENT) return Error{Errc::not_found, fmt::format("the folder '{}' is gone", path_)};
        return failed("cannot make", name, errno);
    }
    auto made = open_folder(name);
    if (made && !*made) return failed("cannot open", name, ENOENT);
    return made;
}

Result<std::optional<HeldFolder>> HeldFolder::open_folder(const std::string& name) const {
    FileDescriptor fd{open_beneath(name, O_RDONLY | O_DIRECTORY, 0)};
    if (fd) return std::optional{HeldFolder{std::move(fd), path_ + "/" + name, resolve_}};
    if (errno == ENOENT) return std::optional<HeldFolder>{};
    if (errno == ENOTDIR || errno == ELOOP) {
        return Error{Errc::refused, fmt::format("'{}/{}' is there, and is no folder", path_, name)};
    }
    return failed("cannot open", name, errno);
}

Result<bool> HeldFolder::make_link(const std::string& name, const std::string& target,
                                   const std::optional<FileTime>& mtime) const {
    if (!is_component(name)) return failed("cannot make", name, EINVAL);
    if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) != 0) {
        if (errno == EEXIST) return false;
        return failed("cannot make", name, errno);
    }
    if (const auto time = time_to_set(mtime)) {
        timespec times[2] = {};
        times[0].tv_nsec = UTIME_OMIT;
        times[1].tv_sec = time->seconds;
        times[1].tv_nsec = static_cast<long>(time->nanoseconds);
        // Where a link has no time of its own it is no worse a link.
        (void)::utimensat(fd_.get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW);
    }
    return true;
}

Result<std::optional<Found>> HeldFolder::look(const std::string& name) const {
    if (!is_component(name)) return failed("cannot look at", name, EINVAL);
    struct stat stat {};
    if (::fstatat(fd_.get(), name.c_str(), &stat, AT_SYMLINK_NOFOLLOW) == 0) {
        return std::optional{found_of(stat)};
    }
    if (errno == ENOENT) return std::optional<Found>{};
    return failed("cannot look at", name, errno);
}

Result<std::optional<std::string>> HeldFolder::link_target(const std::string& name) const {
    if (!is_component(name)) return failed("cannot look at", name, EINVAL);
    std::array<char, 4097> target;
    const auto size = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    if (size >= 0) return std::optional{std::string(target.data(), static_cast<std::size_t>(size))};
    if (errno == ENOENT || errno == EINVAL) return std::optional<std::string>{};
    return failed("cannot look at", name, errno);
}

Status HeldFolder::list(const std::function<Status(const std::string&)>& each) const {
    // A description of our own: the position in the folder belongs to it.
    int fd = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> folder{fd >= 0 ? ::fdopendir(fd) : nullptr, &::closedir};
    if (!folder) {
        const int failed = errno;
        if (fd >= 0) ::close(fd);
        return io_error(fmt::format("cannot list '{}'", path_), failed);
    }
    for (;;) {
        errno = 0;
        const auto* const entry = ::readdir(folder.get());
        if (entry == nullptr) break;
        const std::string name{entry->d_name};
        if (name == "." || name == "..") continue;
        if (auto done = each(name); !done) return done;
    }
    if (errno != 0) return io_error(fmt::format("cannot list '{}'", path_), errno);
    return {};
}

Result<bool> HeldFolder::move_folder(const std::string& name, const HeldFolder& to,
                                     const std::string& to_name) const {
    if (!is_component(name) || !is_component(to_name)) return failed("cannot move", to_name, EINVAL);
    if (::renameat2(fd_.get(), name.c_str(), to.fd(), to_name.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EINVAL || errno == ENOSYS) {
        // A file system that cannot rename without replacing (NFS): making a folder reserves the name, and a
        // rename takes its place only while it is empty.
        if (::mkdirat(to.fd(), to_name.c_str(), 0700) == 0) {
            if (::renameat(fd_.get(), name.c_str(), to.fd(), to_name.c_str()) == 0) return true;
            const int failed = errno;
            ::unlinkat(to.fd(), to_name.c_str(), AT_REMOVEDIR);
            errno = failed;
        }
    }
    if (errno == EEXIST || errno == ENOTEMPTY) return false;
    return io_error(fmt::format("cannot move a folder into '{}'", to.path()), errno);
}

Status HeldFolder::move_over(const std::string& name, const HeldFolder& to,
                             const std::string& to_name) const {
    if (!is_component(name) || !is_component(to_name)) return failed("cannot move", to_name, EINVAL);
    if (::renameat(fd_.get(), name.c_str(), to.fd(), to_name.c_str()) == 0) return {};
    if (errno == EISDIR || errno == EEXIST || errno == ENOTEMPTY) {
        return Error{Errc::refused, fmt::format("'{}/{}' is a folder", to.path(), to_name)};
    }
    return io_error(fmt::format("cannot move a file to '{}/{}'", to.path(), to_name), errno);
}

Status HeldFolder::remove(const std::string& name) const {
    if (!is_component(name)) return io_error(name, EINVAL);
    if (::unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
    return failed("cannot remove", name, errno);
}

Status HeldFolder::remove_all(const std::string& name, std::uint64_t& removed) const {
    const auto found = look(name);
    if (!found) return found.error();
    if (!*found) return {};
    if ((*found)->kind == Found::Kind::folder) {
        auto inner = open_folder(name);
        if (!inner) return inner.error();
        if (!*inner) return {};
        const auto here = look_at(fd_.get());
        const auto there = look_at((*inner)->fd());
        if (!here) return here.error();
        if (!there) return there.error();
        if (here->device != there->device) {
            return Error{Errc::refused, fmt::format("'{}/{}' is another file system", path_, name)};
        }
        if ((there->mode & 0700) != 0700) (void)(*inner)->set_mode(there->mode | 0700);
        auto emptied =
            (*inner)->list([&](const std::string& below) { return (*inner)->remove_all(below, removed); });
        if (!emptied) return emptied;
        if (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
            return failed("cannot remove", name, errno);
        }
    } else if (auto gone = remove(name); !gone) {
        return gone;
    }
    ++removed;
    return {};
}

void HeldFolder::remove_folder_if_empty(const std::string& name) const noexcept {
    if (is_component(name)) ::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR);
}

Status HeldFolder::sync() const {
    // EINVAL: a file system that has nothing to sync for a folder.
    if (::fsync(fd_.get()) == 0 || errno == EINVAL) return {};
    return io_error(fmt::format("cannot sync the folder '{}'", path_), errno);
}

Status HeldFolder::sync_file_system() const {
    if (::syncfs(fd_.get()) == 0) return {};
    return io_error(fmt::format("cannot sync '{}'", path_), errno);
}

Status HeldFolder::set_mode(mode_t mode) const {
    if (::fchmod(fd_.get(), mode) == 0) return {};
    return io_error(fmt::format("cannot set the mode of '{}'", path_), errno);
}

Result<HeldFolder> HeldFolder::again() const {
    FileDescriptor fd{::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0)};
    if (!fd) return io_error(fmt::format("cannot hold '{}'", path_), errno);
    return HeldFolder{std::move(fd), path_, resolve_};
}

}  // namespace p2pc::transfer
