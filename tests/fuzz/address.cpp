// Addresses of sockets as a stranger names them: what they are taken for decides whether they are dialled.
#include <arpa/inet.h>

#include "fuzz/fuzz.hpp"
#include "socket/address.hpp"

using namespace p2pc;
using transport::Reach;

namespace {

bool begins(const in6_addr& address, std::initializer_list<int> bytes) {
    return std::ranges::equal(bytes, std::span{address.s6_addr}.first(bytes.size()));
}

// What must never be dialled, whatever else is decided.
bool is_forbidden(const socket::SocketAddress& address) {
    if (address.family() == AF_INET) {
        const auto host = ntohl(address.v4().sin_addr.s_addr);
        return host == 0 || (host >> 28) == 0xe || host == 0xffffffff || (host >> 16) == 0xa9fe;
    }
    const auto& host = address.v6().sin6_addr;
    const bool unspecified = std::ranges::all_of(host.s6_addr, [](int byte) { return byte == 0; });
    const bool mapped = begins(host, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
    const bool link_local = host.s6_addr[0] == 0xfe && (host.s6_addr[1] & 0xc0) == 0x80;
    return unspecified || mapped || link_local || host.s6_addr[0] == 0xff;
}

bool is_loopback(const socket::SocketAddress& address) {
    if (address.family() == AF_INET) return ntohl(address.v4().sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address.v6().sin6_addr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto parsed = socket::parse_address(text, 9876, transport::Names::numeric);
    MUST(parsed.count <= transport::Parsed::max_addresses);
    if (parsed.count == 0) {
        MUST(parsed.failure.code == Errc::usage);
        MUST(std::memchr(parsed.failure.text.data(), 0, parsed.failure.text.size()) != nullptr);
        return 0;
    }
    for (std::size_t i = 0; i < parsed.count; ++i) {
        const socket::SocketAddress address{parsed.addresses[i]};
        MUST(address.size() > 0 && (address.family() == AF_INET || address.family() == AF_INET6));
        const auto reach = socket::classify(address);
        if (is_forbidden(address)) MUST(reach == Reach::never);
        if (is_loopback(address)) MUST(reach == Reach::loopback);
        if (reach == Reach::loopback) MUST(is_loopback(address));
        // Written again it is the same address.
        const auto again =
            socket::parse_address(parsed.addresses[i].printable(), 1, transport::Names::numeric);
        MUST(again.count == 1 && again.addresses[0].printable() == parsed.addresses[i].printable());
        MUST(socket::SocketAddress{again.addresses[0]}.port() == address.port());
    }
    return 0;
}
