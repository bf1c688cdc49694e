#include "socket/address.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <p2pc/transport/text.hpp>

namespace p2pc::socket {

SocketAddress::SocketAddress(const sockaddr* from, socklen_t size) noexcept {
    const auto needed = from->sa_family == AF_INET    ? sizeof(sockaddr_in)
                        : from->sa_family == AF_INET6 ? sizeof(sockaddr_in6)
                                                      : 0;
    if (needed == 0 || size < needed) return;
    std::memcpy(&storage_, from, needed);
    size_ = static_cast<socklen_t>(needed);
}

SocketAddress::SocketAddress(const Address& address) noexcept {
    if (address.opaque_size < sizeof(sa_family_t) || address.opaque_size > address.opaque.size()) return;
    sockaddr_storage raw{};
    std::memcpy(&raw, address.opaque.data(), address.opaque_size);
    *this = SocketAddress(reinterpret_cast<const sockaddr*>(&raw), address.opaque_size);
}

Address SocketAddress::address() const noexcept {
    Address address;
    if (size_ == 0) return address;
    std::memcpy(address.opaque.data(), &storage_, size_);
    address.opaque_size = static_cast<std::uint8_t>(size_);
    char host[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET) {
        ::inet_ntop(AF_INET, &v4().sin_addr, host, sizeof host);
        std::snprintf(address.text.data(), address.text.size(), "%s:%u", host, port());
        return address;
    }
    ::inet_ntop(AF_INET6, &v6().sin6_addr, host, sizeof host);
    char zone[IF_NAMESIZE + 1] = "";
    // Elsewhere a zone means nothing, and its name is not read again.
    const bool zoned = IN6_IS_ADDR_LINKLOCAL(&v6().sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&v6().sin6_addr);
    if (zoned && ::if_indextoname(v6().sin6_scope_id, zone + 1) != nullptr) zone[0] = '%';
    std::snprintf(address.text.data(), address.text.size(), "[%s%s]:%u", host, zone, port());
    return address;
}

std::uint16_t SocketAddress::port() const noexcept {
    if (family() == AF_INET) return ntohs(v4().sin_port);
    if (family() == AF_INET6) return ntohs(v6().sin6_port);
    return 0;
}

void SocketAddress::set_port(std::uint16_t port) noexcept {
    if (family() == AF_INET) reinterpret_cast<sockaddr_in&>(storage_).sin_port = htons(port);
    if (family() == AF_INET6) reinterpret_cast<sockaddr_in6&>(storage_).sin6_port = htons(port);
}

bool SocketAddress::wildcard() const noexcept {
    if (family() == AF_INET) return v4().sin_addr.s_addr == htonl(INADDR_ANY);
    return family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&v6().sin6_addr);
}

SocketAddress SocketAddress::unmapped() const noexcept {
    if (family() != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&v6().sin6_addr)) return *this;
    sockaddr_in plain{};
    plain.sin_family = AF_INET;
    plain.sin_port = v6().sin6_port;
    std::memcpy(&plain.sin_addr, v6().sin6_addr.s6_addr + 12, 4);
    return {reinterpret_cast<const sockaddr*>(&plain), sizeof plain};
}

}  // namespace p2pc::socket
