#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "socket/address.hpp"

namespace p2pc::socket {

using transport::Reach;

namespace {

bool within(std::uint32_t address, std::uint32_t network, int bits) noexcept {
    return (address ^ network) >> (32 - bits) == 0;
}

Reach classify_v4(std::uint32_t address) noexcept {
    if (within(address, 0x7f000000, 8)) return Reach::loopback;
    if (within(address, 0x00000000, 8)) return Reach::never;   // "this network", unspecified
    if (within(address, 0xa9fe0000, 16)) return Reach::never;  // link-local
    if (address >= 0xe0000000) return Reach::never;            // multicast, reserved, broadcast
    const bool private_range = within(address, 0x0a000000, 8) || within(address, 0xac100000, 12) ||
                               within(address, 0xc0a80000, 16) || within(address, 0x64400000, 10);
    return private_range ? Reach::private_range : Reach::global;
}

Reach classify_v6(const in6_addr& address) noexcept {
    const auto* byte = address.s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(&address)) return Reach::loopback;
    // Unspecified, mapped, IPv4-compatible, NAT64 and 6to4 forms stand for some IPv4 address, and so
    // would slip past the rules for that one.
    const bool zero8 = std::all_of(byte, byte + 8, [](auto b) { return b == 0; });
    if (zero8) return Reach::never;
    if (byte[0] == 0x00 && byte[1] == 0x64 && byte[2] == 0xff && byte[3] == 0x9b) return Reach::never;
    if (byte[0] == 0x20 && byte[1] == 0x02) return Reach::never;
    if (byte[0] == 0xff) return Reach::never;                           // multicast
    if (byte[0] == 0xfe && (byte[1] & 0x80) != 0) return Reach::never;  // link-local, site-local
    if ((byte[0] & 0xfe) == 0xfc) return Reach::private_range;          // unique local
    return Reach::global;
}

int rank(Reach reach) noexcept {
    return reach == Reach::global ? 0 : reach == Reach::private_range ? 1 : 2;
}

struct FreeInterfaces {
    void operator()(ifaddrs* list) const noexcept { ::freeifaddrs(list); }
};

}  // namespace

Reach classify(const SocketAddress& address) noexcept {
    if (address.family() == AF_INET) return classify_v4(ntohl(address.v4().sin_addr.s_addr));
    if (address.family() == AF_INET6) return classify_v6(address.v6().sin6_addr);
    return Reach::never;
}

std::size_t reachable_addresses(const SocketAddress& bound, std::span<Address> into) noexcept {
    if (into.empty() || bound.size() == 0) return 0;
    if (!bound.wildcard()) {
        into[0] = bound.address();
        return 1;
    }
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0) return 0;
    const std::unique_ptr<ifaddrs, FreeInterfaces> list(raw);

    std::vector<SocketAddress> found;
    for (const ifaddrs* at = list.get(); at != nullptr; at = at->ifa_next) {
        if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
        const int family = at->ifa_addr->sa_family;
        // An IPv6 wildcard is dual stack, an IPv4 one is not.
        if (family != AF_INET && (family != AF_INET6 || bound.family() == AF_INET)) continue;
        SocketAddress address(at->ifa_addr, sizeof(sockaddr_in6));
        if (classify(address) == Reach::never) continue;
        address.set_port(bound.port());
        found.push_back(address);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return rank(classify(a)) < rank(classify(b)); });
    const std::size_t count = std::min(found.size(), into.size());
    for (std::size_t i = 0; i < count; ++i)
        into[i] = found[i].address();
    return count;
}

}  // namespace p2pc::socket
