#include <cerrno>

#include "socket/failure.hpp"
#include "socket/socket_stream.hpp"
#include "socket/tune.hpp"

namespace p2pc::socket {

using transport::Accepted;
using transport::IoStatus;

namespace {

// What accept() reports of the connection it was about to return, not of the listener (accept(2)).
bool lost_before_accept(int number) noexcept {
    switch (number) {
        case ECONNABORTED:
        case EPROTO:
        case ENOPROTOOPT:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET:
        case EPERM:
        case EINTR:
            return true;
        default:
            return false;
    }
}

}  // namespace

transport::Made<SocketListener> SocketListener::listen(const SocketAddress& at,
                                                       const transport::ListenOptions& options) noexcept {
    const auto text = at.address();
    const auto failed = [&] {
        return transport::Made<SocketListener>{nullptr,
                                               system_failure(errno, text.printable(), Errc::local_io)};
    };
    Descriptor socket(::socket(at.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return failed();
    int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (options.reuse == transport::Reuse::address_and_port && !share_port(socket.get())) return failed();
    if (at.family() == AF_INET6) {
        int only_v6 = at.wildcard() ? 0 : 1;
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
    }
    set_stream_options(socket.get());
    // Whoever connects inherits it, and it cannot be had later.
    const auto system_choice = congestion_control(socket.get());
    set_congestion_control(socket.get(), unpaced);
    if (::bind(socket.get(), at.data(), at.size()) != 0) return failed();
    if (::listen(socket.get(), options.backlog) != 0) return failed();
    return {new SocketListener(std::move(socket), system_choice), {}};
}

Accepted SocketListener::try_accept() noexcept {
    for (;;) {
        Descriptor socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            auto* const stream = new SocketStream(std::move(socket));
            if (!stream->on_loopback()) set_congestion_control(stream->poll_fd(), system_choice_);
            return {stream, IoStatus::ok};
        }
        if (errno == EAGAIN) return {nullptr, IoStatus::want_read};
        if (lost_before_accept(errno)) continue;
        failure_ = system_failure(errno, "accept", Errc::local_io);
        return {nullptr, IoStatus::error};
    }
}

Address SocketListener::local() noexcept {
    return local_name(socket_.get()).address();
}

}  // namespace p2pc::socket
