// UnixStream: the bytes of a Unix socket, for io::Connection. An end of the other side is eof, whether it was
// in order or not: what is whole is said by the messages. Its remote address is the user at the other end.
#pragma once

#include <sys/types.h>

#include <p2pc/transport/stream.hpp>

namespace p2pc::admin {

class UnixStream final : public transport::Stream {
  public:
    // Takes the descriptor over: connected, not blocking.
    UnixStream(int fd, uid_t peer) noexcept : fd_(fd), peer_(peer) {}
    ~UnixStream() override;
    UnixStream(const UnixStream&) = delete;
    UnixStream& operator=(const UnixStream&) = delete;

    int poll_fd() noexcept override { return fd_; }
    void on_ready(void (*)(void*), void*) noexcept override {}
    std::int64_t deadline_ns() noexcept override { return -1; }
    transport::IoResult step() noexcept override { return {}; }
    transport::IoResult flush() noexcept override { return {}; }
    transport::IoResult try_shutdown() noexcept override;
    transport::IoResult try_read(std::byte* into, std::size_t size) noexcept override;
    transport::IoResult try_write(const std::byte* from, std::size_t size) noexcept override;
    transport::Binding binding() noexcept override;
    transport::Address local() noexcept override { return {}; }
    transport::Address remote() noexcept override;
    transport::Failure failure() noexcept override { return failure_; }
    void hint(transport::Use) noexcept override {}

  private:
    transport::IoResult fail(const char* what) noexcept;

    int fd_;
    uid_t peer_;
    transport::Failure failure_;
};

// Of a UnixStream's remote address.
uid_t uid_of(const transport::Address& remote) noexcept;

}  // namespace p2pc::admin
