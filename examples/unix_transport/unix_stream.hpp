// UnixStream: a non-blocking Unix-domain socket behind the transport seam.
#pragma once

#include <cstddef>
#include <cstdint>
#include <p2pc/transport/transport.hpp>
#include <vector>

namespace unix_transport {

using p2pc::transport::Address;
using p2pc::transport::Failure;
using p2pc::transport::IoResult;
using p2pc::transport::Made;

class UnixStream final : public p2pc::transport::Stream {
  public:
    static Made<Stream> connect(const Address& to) noexcept;
    // Owns `fd`, which is connected.
    UnixStream(int fd, const Address& local, const Address& remote) noexcept;
    ~UnixStream() override;

    int poll_fd() noexcept override { return fd_; }
    void on_ready(void (*)(void*), void*) noexcept override {}
    std::int64_t deadline_ns() noexcept override { return -1; }
    IoResult step() noexcept override;
    IoResult flush() noexcept override;
    IoResult try_shutdown() noexcept override;
    IoResult try_read(std::byte* into, std::size_t size) noexcept override;
    IoResult try_write(const std::byte* from, std::size_t size) noexcept override;
    p2pc::transport::Binding binding() noexcept override;
    Address local() noexcept override { return local_; }
    Address remote() noexcept override { return remote_; }
    Failure failure() noexcept override { return failure_; }
    void hint(p2pc::transport::Use) noexcept override {}

  private:
    IoResult fail(int number, const char* what) noexcept;

    int fd_;
    bool failed_ = false;
    bool shut_ = false;
    bool ended_ = false;
    std::vector<std::byte> held_;  // one packet, its mark included
    std::size_t taken_ = 0;        // of it
    Address local_, remote_;
    Failure failure_;
};

}  // namespace unix_transport
