// IPv4 and IPv6 addresses as the opaque Address of the seam: a sockaddr and its numeric text.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <p2pc/transport/transport.hpp>
#include <span>
#include <string_view>

namespace p2pc::socket {

using transport::Address;

// A sockaddr of either family with its length.
class SocketAddress {
  public:
    SocketAddress() noexcept = default;
    // A mapped form (::ffff:192.0.2.7) is kept as it is.
    SocketAddress(const sockaddr* from, socklen_t size) noexcept;
    // size() is 0 when `address` was not made by this code.
    explicit SocketAddress(const Address& address) noexcept;
    Address address() const noexcept;

    const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const noexcept { return size_; }
    int family() const noexcept { return size_ == 0 ? AF_UNSPEC : storage_.ss_family; }
    const sockaddr_in& v4() const noexcept { return reinterpret_cast<const sockaddr_in&>(storage_); }
    const sockaddr_in6& v6() const noexcept { return reinterpret_cast<const sockaddr_in6&>(storage_); }
    std::uint16_t port() const noexcept;
    void set_port(std::uint16_t port) noexcept;
    bool wildcard() const noexcept;
    // A dual-stack listener sees IPv4 peers as mapped addresses; everyone else wants plain IPv4.
    SocketAddress unmapped() const noexcept;

  private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

// "HOST", "HOST:PORT", "[v6]:PORT", "v6". A numeric host never reaches the resolver.
transport::Parsed parse_address(std::string_view text, std::uint16_t default_port,
                                transport::Names names) noexcept;

transport::Reach classify(const SocketAddress& address) noexcept;

// One address per interface that is up when `bound` is a wildcard, global ones first; `bound` otherwise.
std::size_t reachable_addresses(const SocketAddress& bound, std::span<Address> into) noexcept;

}  // namespace p2pc::socket
