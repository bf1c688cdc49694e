// HeldFolder: an open folder, and every system call on a path of received files.
//
// Nothing else in p2pc names a received file to the kernel. Names are single components (checked again
// here), resolved from the held descriptor by openat2 beneath it and without symlinks; where the kernel
// refuses openat2, by openat with O_NOFOLLOW, which is as strict for one component. Constant after open, so
// safe from any thread. Errors: io_error() unless said otherwise.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <p2pc/base/result.hpp>
#include <string>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

// The file mode bits that this process must not give.
mode_t process_umask() noexcept;

enum class Missing { refuse, make };

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
    //   Errc::local_io  it is not a folder, not ours, or others may look into it
    Result<HeldFolder> private_folder(const std::string& name) const;

    // A new file, mode 0600, for reading and writing; nullopt: the name is taken.
    //   Errc::not_found  this folder was removed meanwhile
    Result<std::optional<FileDescriptor>> create(const std::string& name) const;
    // An existing regular file; nullopt: not there. Never follows a symlink, never waits for a FIFO.
    Result<std::optional<FileDescriptor>> open_file(const std::string& name) const;
    // Whether `name` is the file open as `fd`, still.
    bool is_same(const std::string& name, int fd) const;

    // Atomic, and never over something that is there: false when `to_name` is taken.
    Result<bool> move(const std::string& name, const HeldFolder& to, const std::string& to_name) const;
    // Gone or not there: both are success.
    Status remove(const std::string& name) const;
    // Only when it is empty; a folder in use is no error.
    void remove_folder_if_empty(const std::string& name) const noexcept;
    // Makes what was created, moved and removed here survive a power cut.
    Status sync() const;

    int fd() const noexcept { return fd_.get(); }
    const std::string& path() const noexcept { return path_; }  // absolute, as it was when opened

  private:
    HeldFolder(FileDescriptor fd, std::string path, Resolve resolve)
        : fd_(std::move(fd)), path_(std::move(path)), resolve_(resolve) {}
    int open_beneath(const std::string& name, int flags, mode_t mode) const noexcept;

    FileDescriptor fd_;
    std::string path_;
    Resolve resolve_;
};

}  // namespace p2pc::transfer
