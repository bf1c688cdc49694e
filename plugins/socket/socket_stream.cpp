#include "socket/socket_stream.hpp"

#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <p2pc/transport/text.hpp>

#include "socket/failure.hpp"
#include "socket/tune.hpp"

namespace p2pc::socket {

using transport::IoResult;
using transport::IoStatus;
using transport::Use;

SocketStream::SocketStream(Descriptor socket) noexcept : socket_(std::move(socket)) {}

transport::Made<SocketStream> SocketStream::connect(const SocketAddress& to,
                                                    const transport::ConnectOptions& options) noexcept {
    const auto failed = [](const char* what) {
        return transport::Made<SocketStream>{nullptr, system_failure(errno, what, Errc::cannot_connect)};
    };
    Descriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return failed("socket");
    if (options.reuse == transport::Reuse::address_and_port && !share_port(socket.get())) {
        return failed("SO_REUSEPORT");
    }
    if (options.local != nullptr) {
        const SocketAddress local(*options.local);
        if (::bind(socket.get(), local.data(), local.size()) != 0) return failed("bind");
    }
    set_stream_options(socket.get());
    if (classify(to.unmapped()) == transport::Reach::loopback) set_congestion_control(socket.get(), unpaced);
    auto* stream = new SocketStream(std::move(socket));
    int result = ::connect(stream->socket_.get(), to.data(), to.size());
    // Interrupted or not, the kernel goes on connecting.
    if (result != 0 && (errno == EINPROGRESS || errno == EINTR)) {
        stream->state_ = State::connecting;
    } else if (result != 0) {
        stream->fail(errno, "connect", Errc::cannot_connect);
    }
    return {stream, {}};
}

IoResult SocketStream::fail(int number, const char* what, Errc code) noexcept {
    if (state_ != State::failed) failure_ = system_failure(number, what, code);
    state_ = State::failed;
    return {0, IoStatus::error};
}

IoResult SocketStream::step() noexcept {
    if (state_ == State::failed) return {0, IoStatus::error};
    if (state_ != State::connecting) return {0, IoStatus::ok};
    pollfd waiting{socket_.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, 0) <= 0) return {0, IoStatus::want_write};
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return fail(error, "connect", Errc::cannot_connect);
    state_ = State::open;
    return {0, IoStatus::ok};
}

IoResult SocketStream::flush() noexcept {
    return {0, state_ == State::failed ? IoStatus::error : IoStatus::ok};
}

IoResult SocketStream::try_shutdown() noexcept {
    if (state_ == State::failed) return {0, IoStatus::error};
    if (state_ == State::connecting) return {0, IoStatus::want_write};
    if (state_ == State::write_closed) return {0, IoStatus::ok};
    if (::shutdown(socket_.get(), SHUT_WR) != 0) return fail(errno, "shutdown", Errc::interrupted);
    close_in_order(socket_.get());
    state_ = State::write_closed;
    return {0, IoStatus::ok};
}

IoResult SocketStream::try_read(std::byte* into, std::size_t size) noexcept {
    if (state_ == State::failed) return {0, IoStatus::error};
    if (state_ == State::connecting) return {0, IoStatus::want_write};
    if (size == 0) return {0, IoStatus::ok};
    ssize_t count;
    do {
        count = ::recv(socket_.get(), into, size, 0);
    } while (count < 0 && errno == EINTR);
    if (count > 0) return {static_cast<std::size_t>(count), IoStatus::ok};
    if (count == 0) return {0, IoStatus::eof};
    if (errno == EAGAIN) return {0, IoStatus::want_read};
    return fail(errno, "read", Errc::interrupted);
}

IoResult SocketStream::try_write(const std::byte* from, std::size_t size) noexcept {
    if (state_ == State::failed) return {0, IoStatus::error};
    if (state_ == State::connecting) return {0, IoStatus::want_write};
    if (state_ == State::write_closed) return fail(EPIPE, "write after shutdown", Errc::internal);
    if (size == 0) return {0, IoStatus::ok};
    ssize_t count;
    do {
        count = ::send(socket_.get(), from, size, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count >= 0) return {static_cast<std::size_t>(count), IoStatus::ok};
    if (errno == EAGAIN) return {0, IoStatus::want_write};
    return fail(errno, "write", Errc::interrupted);
}

transport::Binding SocketStream::binding() noexcept {
    return transport::no_binding();
}

Address SocketStream::local() noexcept {
    return local_name(socket_.get()).unmapped().address();
}

Address SocketStream::remote() noexcept {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&raw), &size) != 0) return {};
    return SocketAddress(reinterpret_cast<const sockaddr*>(&raw), size).unmapped().address();
}

bool SocketStream::on_loopback() noexcept {
    return classify(local_name(socket_.get()).unmapped()) == transport::Reach::loopback;
}

void SocketStream::hint(Use use) noexcept {
    if (use == use_) return;
    use_ = use;
    if (use == Use::bulk && !on_loopback()) choose_congestion_control(socket_.get());
    limit_unsent(socket_.get(), use == Use::bulk ? Unsent::bulk : Unsent::interactive);
}

}  // namespace p2pc::socket
