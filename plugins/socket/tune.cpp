#include "socket/tune.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <climits>

namespace p2pc::socket {

namespace {

template <class T>
bool set(int fd, int level, int name, const T& value) noexcept {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

}  // namespace

void set_stream_options(int fd) noexcept {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

void close_in_order(int fd) noexcept {
    set(fd, SOL_SOCKET, SO_LINGER, linger{0, 0});
}

bool share_port(int fd) noexcept {
    return set(fd, SOL_SOCKET, SO_REUSEADDR, 1) && set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

void limit_unsent(int fd, Unsent limit) noexcept {
    // 16 KiB unsent: what a person typed does not queue behind a megabyte the network has not taken yet.
    set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, limit == Unsent::interactive ? 16 * 1024 : INT_MAX);
}

CongestionControl congestion_control(int fd) noexcept {
    CongestionControl control{};
    socklen_t size = control.size();
    if (::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, control.data(), &size) != 0) return {};
    return control;
}

void set_congestion_control(int fd, const CongestionControl& control) noexcept {
    if (control[0] != 0) set(fd, IPPROTO_TCP, TCP_CONGESTION, control);
}

void choose_congestion_control(int fd) noexcept {
    // From here on a path is long: a lost packet that halves the rate costs more than pacing does
    // (docs/decisions/0016-speed-of-transfers.md).
    constexpr std::uint32_t long_path_us = 2000;
    constexpr CongestionControl paced{'b', 'b', 'r'};
    tcp_info path{};
    socklen_t size = sizeof path;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &path, &size) != 0 || path.tcpi_rtt < long_path_us) return;
    set_congestion_control(fd, paced);
}

SocketAddress local_name(int fd) noexcept {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) != 0) return {};
    return {reinterpret_cast<const sockaddr*>(&raw), size};
}

}  // namespace p2pc::socket
