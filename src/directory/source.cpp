#include "directory/source.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <optional>

#include "base/encoding.hpp"

namespace p2pc::directory {
namespace {

std::string_view without_port(std::string_view address) {
    if (address.starts_with('[')) {
        const auto end = address.find(']');
        return end == std::string_view::npos ? address : address.substr(0, end + 1);
    }
    return address.substr(0, address.rfind(':'));
}

std::optional<in6_addr> ipv6_in(std::string_view host) {
    if (!host.starts_with('[') || !host.ends_with(']')) return std::nullopt;
    std::string inner{host.substr(1, host.size() - 2)};
    inner.resize(std::min(inner.size(), inner.find('%')));  // a zone is not part of the address
    in6_addr parsed{};
    if (inet_pton(AF_INET6, inner.c_str(), &parsed) != 1) return std::nullopt;
    return parsed;
}

std::optional<std::string> ipv4_within(const in6_addr& address) {
    if (!IN6_IS_ADDR_V4MAPPED(&address)) return std::nullopt;
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
    return std::string{text.data()};
}

}  // namespace

std::string host_of(std::string_view address) {
    const std::string_view host = without_port(address);
    if (const auto parsed = ipv6_in(host)) {
        if (auto inner = ipv4_within(*parsed)) return *inner;
    }
    return std::string{host};
}

std::string source_of(std::string_view address) {
    const std::string_view host = without_port(address);
    const auto parsed = ipv6_in(host);
    if (!parsed) return std::string{host};
    if (auto inner = ipv4_within(*parsed)) return *inner;
    ByteArray<8> network{};
    std::memcpy(network.data(), parsed->s6_addr, network.size());
    return base::to_hex(network) + "/64";
}

}  // namespace p2pc::directory
