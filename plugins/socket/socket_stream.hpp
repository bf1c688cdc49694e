// SocketStream and SocketListener: non-blocking TCP sockets as the transport seam wants them.
//
// One thread at a time per object; poll_fd() is the socket itself.
#pragma once

#include <p2pc/transport/transport.hpp>

#include "socket/address.hpp"
#include "socket/descriptor.hpp"
#include "socket/tune.hpp"

namespace p2pc::socket {

class SocketStream final : public transport::Stream {
  public:
    // Starts to connect; a refusal that is known at once is told by the first step().
    static transport::Made<SocketStream> connect(const SocketAddress& to,
                                                 const transport::ConnectOptions& options) noexcept;
    // Takes an accepted socket.
    explicit SocketStream(Descriptor socket) noexcept;

    int poll_fd() noexcept override { return socket_.get(); }
    void on_ready(void (*)(void*), void*) noexcept override {}
    std::int64_t deadline_ns() noexcept override { return -1; }
    transport::IoResult step() noexcept override;
    transport::IoResult flush() noexcept override;
    transport::IoResult try_shutdown() noexcept override;
    transport::IoResult try_read(std::byte* into, std::size_t size) noexcept override;
    transport::IoResult try_write(const std::byte* from, std::size_t size) noexcept override;
    transport::Binding binding() noexcept override;
    Address local() noexcept override;
    Address remote() noexcept override;
    transport::Failure failure() noexcept override { return failure_; }
    void hint(transport::Use use) noexcept override;
    bool on_loopback() noexcept;

  private:
    enum class State : std::uint8_t { connecting, open, write_closed, failed };
    transport::IoResult fail(int number, const char* what, Errc code) noexcept;

    Descriptor socket_;
    State state_ = State::open;
    transport::Use use_ = transport::Use::idle;  // nothing set yet
    transport::Failure failure_;
};

class SocketListener final : public transport::Listener {
  public:
    static transport::Made<SocketListener> listen(const SocketAddress& at,
                                                  const transport::ListenOptions& options) noexcept;
    SocketListener(Descriptor socket, const CongestionControl& system_choice) noexcept
        : socket_(std::move(socket)), system_choice_(system_choice) {}

    int poll_fd() noexcept override { return socket_.get(); }
    void on_ready(void (*)(void*), void*) noexcept override {}
    transport::Accepted try_accept() noexcept override;
    Address local() noexcept override;
    transport::Failure failure() noexcept override { return failure_; }

  private:
    Descriptor socket_;
    CongestionControl system_choice_;  // for whoever is not on loopback
    transport::Failure failure_;
};

}  // namespace p2pc::socket
