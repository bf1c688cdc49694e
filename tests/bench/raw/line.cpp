#include "bench/raw/line.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>

#include "bench/raw/require.hpp"
#include "bench/raw/tls.hpp"

namespace p2pc::bench {
namespace {

sockaddr_in system_address(Place place) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(place.port);
    at.sin_addr.s_addr = htonl(place.address);
    return at;
}

// What the plugins set, on loopback and beyond, so that only the code above the socket differs.
int tuned(int fd, std::uint32_t address) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::string_view control = address == loopback ? "reno" : "bbr";
    ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, control.data(), control.size());
    return fd;
}

}  // namespace

Kind parse_kind(std::string_view text) {
    errno = EINVAL;
    require(text == "tcp" || text == "tls", "kind");
    return text == "tls" ? Kind::tls : Kind::tcp;
}

std::uint32_t parse_address(std::string_view text) {
    in_addr address{};
    errno = EINVAL;
    require(::inet_pton(AF_INET, std::string{text}.c_str(), &address) == 1, "address");
    return ntohl(address.s_addr);
}

Place parse_place(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
    Place place{loopback, 0};
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
    errno = EINVAL;
    require(ec == std::errc{} && end == digits.data() + digits.size(), "port");
    if (colon != std::string_view::npos) place.address = parse_address(text.substr(0, colon));
    return place;
}

Line Line::connect(Kind kind, Place to) {
    Line line(tuned(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), to.address));
    const auto at = system_address(to);
    require(::connect(line.fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "connect");
    if (kind == Kind::tls) {
        line.ssl_ = SSL_new(connecting_context());
        SSL_set_fd(line.ssl_, line.fd_);
        require(SSL_connect(line.ssl_) == 1, "TLS connect");
    }
    return line;
}

Line::~Line() {
    SSL_free(ssl_);
    if (fd_ >= 0) ::close(fd_);
}

std::size_t Line::read_some(char* into, std::size_t size) {
    if (ssl_ != nullptr) {
        std::size_t count = 0;
        return SSL_read_ex(ssl_, into, size, &count) == 1 ? count : 0;
    }
    const auto count = ::recv(fd_, into, size, 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool Line::read_all(char* into, std::size_t size) {
    for (std::size_t have = 0; have < size;) {
        const auto count = read_some(into + have, size - have);
        if (count == 0) return false;
        have += count;
    }
    return true;
}

bool Line::write_all(const char* from, std::size_t size) {
    if (ssl_ != nullptr) {
        std::size_t count = 0;
        return SSL_write_ex(ssl_, from, size, &count) == 1;
    }
    for (std::size_t sent = 0; sent < size;) {
        const auto count = ::send(fd_, from + sent, size - sent, MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

void Line::finish() {
    if (ssl_ != nullptr) SSL_shutdown(ssl_);
    ::shutdown(fd_, SHUT_WR);
}

void Line::reset_at_end() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Door::Door(Kind kind, std::uint32_t address)
    : kind_(kind), fd_(tuned(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), address)) {
    const auto at = system_address({address, 0});
    require(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "bind");
    require(::listen(fd_, 1024) == 0, "listen");
    if (kind == Kind::tls) accepting_context();
}

Door::~Door() {
    ::close(fd_);
}

std::uint16_t Door::port() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    require(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) == 0, "getsockname");
    return ntohs(at.sin_port);
}

std::optional<Line> Door::accept() const {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    require(fd >= 0 || errno == ECONNABORTED || errno == EINTR, "accept");
    if (fd < 0) return std::nullopt;
    Line line(fd);
    if (kind_ == Kind::tls) {
        line.ssl_ = SSL_new(accepting_context());
        SSL_set_fd(line.ssl_, fd);
        if (SSL_accept(line.ssl_) != 1) return std::nullopt;
    }
    return line;
}

}  // namespace p2pc::bench
