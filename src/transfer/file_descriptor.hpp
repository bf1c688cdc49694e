// FileDescriptor: owns one open descriptor; io_error: what errno means in our words.
#pragma once

#include <unistd.h>

#include <p2pc/base/error.hpp>
#include <string_view>
#include <utility>

namespace p2pc::transfer {

class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

// Whether this process has the file or folder for itself now, until the descriptor is closed. File systems
// without locks leave it to the names.
bool take_lock(int fd) noexcept;

// Errc::no_space for ENOSPC and EDQUOT, Errc::reader_gone for EPIPE, else Errc::local_io; the detail is
// "what: strerror".
Error io_error(std::string_view what, int error_number);

}  // namespace p2pc::transfer
