// HeldFolder: an open folder, and every system call on a path of received files.
//
// Nothing else in p2pc names a received file to the kernel. Names are single components (checked again
// here), resolved from the held descriptor by openat2 beneath it and without symlinks; where the kernel
// refuses openat2, by openat with O_NOFOLLOW, which is as strict for one component. Constant after open, so
// safe from any thread. Errors: io_error() unless said otherwise.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>

#include "transfer/entry.hpp"
#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

// The file mode bits that this process must not give.
mode_t process_umask() noexcept;

enum class Missing { refuse, make };

// What a name stands for, itself: a symlink is a link, wherever it leads.
struct Found {
    enum class Kind { file, folder, link, other } kind = Kind::other;
    std::uint64_t device = 0, inode = 0, size = 0;
    mode_t mode = 0;  // permission bits
    FileTime mtime;
    bool is_same(const Found& other) const { return device == other.device && inode == other.inode; }
};

Result<Found> look_at(int fd);

// How names are resolved: `walk` is what `kernel` falls back to, forced by tests.
enum class Resolve { kernel, walk };

class HeldFolder {
  public:
    // The receiver's own words, so symlinks in `path` are followed. Missing::make makes it and its parents.
    static Result<HeldFolder> open(const std::string& path, Missing missing,
                                   Resolve resolve = Resolve::kernel);

    // Whether `path` leads to a folder, through symlinks too.
    static bool is_folder(const std::string& path) noexcept;

    // The folder `name` in this one, made with mode 0700 when it is not there.
    //   Errc::local_io   it is not a folder, not ours, or others may look into it
    //   Errc::not_found  it is not there, with Missing::refuse
    Result<HeldFolder> private_folder(const std::string& name, Missing missing = Missing::make) const;

    // A new file for reading and writing, its mode less the umask; nullopt: the name is taken.
    //   Errc::not_found  this folder was removed meanwhile
    Result<std::optional<FileDescriptor>> create(const std::string& name, mode_t mode = 0600) const;
    // A new folder, mode 0700; nullopt: the name is taken.
    //   Errc::not_found  this folder was removed meanwhile
    Result<std::optional<HeldFolder>> make_folder(const std::string& name) const;
    // A new symlink, with that time if there is one; false: the name is taken.
    Result<bool> make_link(const std::string& name, const std::string& target,
                           const std::optional<FileTime>& mtime) const;
    // An existing folder; nullopt: not there. Errc::refused: it is something else.
    Result<std::optional<HeldFolder>> open_folder(const std::string& name) const;
    // nullopt: not there.
    Result<std::optional<Found>> look(const std::string& name) const;
    // Where the symlink `name` leads; nullopt: it is not there, or none.
    Result<std::optional<std::string>> link_target(const std::string& name) const;
    // Calls `each` with every name but "." and "..", until it fails. What is removed or made meanwhile may be
    // seen or not.
    Status list(const std::function<Status(const std::string&)>& each) const;
    // An existing regular file; nullopt: not there. Never follows a symlink, never waits for a FIFO.
    Result<std::optional<FileDescriptor>> open_file(const std::string& name) const;
    // The same, for reading alone.
    Result<std::optional<FileDescriptor>> read_file(const std::string& name) const;
    // Whether `name` is the file open as `fd`, still.
    bool is_same(const std::string& name, int fd) const;

    // Atomic, and never over something that is there: false when `to_name` is taken.
    Result<bool> move(const std::string& name, const HeldFolder& to, const std::string& to_name) const;
    // The same for a folder.
    Result<bool> move_folder(const std::string& name, const HeldFolder& to, const std::string& to_name) const;
    // Atomic, and over what is there, unless that is a folder.
    Status move_over(const std::string& name, const HeldFolder& to, const std::string& to_name) const;
    // Gone or not there: both are success.
    Status remove(const std::string& name) const;
    // A folder with all in it, or whatever else `name` is; counts what goes. Not across a mount.
    Status remove_all(const std::string& name, std::uint64_t& removed) const;
    // Only when it is empty; a folder in use is no error.
    void remove_folder_if_empty(const std::string& name) const noexcept;
    // Makes what was created, moved and removed here survive a power cut.
    Status sync() const;
    // The same for everything on the file system this folder is on. Errc::local_io, Errc::no_space: something
    // written since the folder was opened could not be stored.
    Status sync_file_system() const;
    Status set_mode(mode_t mode) const;
    // Another descriptor for the same folder.
    Result<HeldFolder> again() const;

    int fd() const noexcept { return fd_.get(); }
    const std::string& path() const noexcept { return path_; }  // absolute, as it was when opened

  private:
    HeldFolder(FileDescriptor fd, std::string path, Resolve resolve)
        : fd_(std::move(fd)), path_(std::move(path)), resolve_(resolve) {}
    Result<std::optional<FileDescriptor>> open_regular(const std::string& name, int flags) const;
    int open_beneath(const std::string& name, int flags, mode_t mode) const noexcept;
    Error failed(std::string_view what, const std::string& name, int error_number) const;

    FileDescriptor fd_;
    std::string path_;
    Resolve resolve_;
};

}  // namespace p2pc::transfer
