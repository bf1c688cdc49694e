#include <netdb.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <p2pc/transport/text.hpp>
#include <string>

#include "socket/address.hpp"

namespace p2pc::socket {

using transport::make_failure;
using transport::Names;
using transport::Parsed;

namespace {

struct HostPort {
    std::string host;
    std::uint16_t port;
};

std::optional<std::uint16_t> parse_port(std::string_view digits) noexcept {
    std::uint16_t port = 0;
    const auto* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, port);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return port;
}

std::optional<HostPort> split(std::string_view text, std::uint16_t default_port) {
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos) return std::nullopt;
        host = text.substr(1, close - 1);
        const auto rest = text.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') return std::nullopt;
        has_port = !rest.empty();
        if (has_port) port = rest.substr(1);
    } else if (const auto colon = text.find(':'); colon != text.npos && colon == text.rfind(':')) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        has_port = true;
    }
    // 253 is the longest name DNS can carry.
    if (host.empty() || host.size() > 253 || host.find('\0') != host.npos) return std::nullopt;
    if (!has_port) return HostPort{std::string{host}, default_port};
    const auto number = parse_port(port);
    if (!number) return std::nullopt;
    return HostPort{std::string{host}, *number};
}

struct FreeList {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeList>;

int look_up(const std::string& host, int flags, AddressList& out) noexcept {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    out.reset(list);
    return error;
}

}  // namespace

Parsed parse_address(std::string_view text, std::uint16_t default_port, Names names) noexcept {
    Parsed parsed;
    const auto where = split(text, default_port);
    if (!where) {
        parsed.failure =
            make_failure(Errc::usage, "not HOST:PORT: '" + std::string{text.substr(0, 100)} + "'");
        return parsed;
    }
    AddressList list;
    int error = look_up(where->host, AI_NUMERICHOST, list);
    const bool may_be_name = names == Names::resolve && where->host.find(':') == std::string::npos;
    if (error != 0 && !may_be_name) {
        parsed.failure =
            make_failure(Errc::usage, "not a numeric address: '" + where->host.substr(0, 100) + "'");
        return parsed;
    }
    if (error != 0) error = look_up(where->host, AI_ADDRCONFIG, list);
    // Without any configured address but loopback AI_ADDRCONFIG hides names such as localhost.
    if (error == EAI_NONAME || error == EAI_ADDRFAMILY) error = look_up(where->host, 0, list);
    if (error != 0) {
        parsed.failure = make_failure(Errc::cannot_connect, "cannot resolve '" + where->host.substr(0, 100) +
                                                                "': " + ::gai_strerror(error));
        return parsed;
    }
    for (const addrinfo* at = list.get(); at != nullptr && parsed.count < Parsed::max_addresses;
         at = at->ai_next) {
        SocketAddress address(at->ai_addr, at->ai_addrlen);
        if (address.size() == 0) continue;
        address.set_port(where->port);
        parsed.addresses[parsed.count++] = address.address();
    }
    if (parsed.count == 0) parsed.failure = make_failure(Errc::cannot_connect, "no IPv4 or IPv6 address");
    return parsed;
}

}  // namespace p2pc::socket
