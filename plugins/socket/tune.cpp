#include "socket/tune.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <climits>
#include <string_view>

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

void choose_congestion_control(int fd, bool on_loopback) noexcept {
    // From here on a path is long: a lost packet that halves the rate costs more than pacing does
    // (docs/decisions/0016-speed-of-transfers.md).
    constexpr std::uint32_t long_path_us = 2000;
    std::string_view name;
    tcp_info path{};
    socklen_t size = sizeof path;
    if (on_loopback) {
        // bbr paces even here, where reno moves 1.6 times as much; anyone may choose reno.
        name = "reno";
    } else if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &path, &size) == 0 && path.tcpi_rtt >= long_path_us) {
        name = "bbr";
    }
    if (name.empty()) return;
    ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size()));
}

SocketAddress local_name(int fd) noexcept {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) != 0) return {};
    return {reinterpret_cast<const sockaddr*>(&raw), size};
}

}  // namespace p2pc::socket
