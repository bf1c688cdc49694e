#include "model/url.hpp"

#include <fmt/format.h>

#include <charconv>

namespace p2pc::model {
namespace {

bool printable(std::string_view text) {
    for (unsigned char c : text) {
        if (c <= 0x20 || c >= 0x7f) return false;
    }
    return true;
}

bool is_scheme(std::string_view text) {
    if (text.empty() || text.size() > 15 || text[0] < 'a' || text[0] > 'z') return false;
    for (char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-'))
            return false;
    }
    return true;
}

Error bad_url(std::string_view what, std::string_view text) {
    std::string shown;
    for (unsigned char c : text.substr(0, 80))
        shown.push_back(c > 0x20 && c < 0x7f ? static_cast<char>(c) : '?');
    return Error{Errc::usage, fmt::format("{} '{}'", what, shown)};
}

struct Split {
    std::string scheme;
    std::string host;
    std::optional<std::string> port;
    bool path = false;  // an address without a port: a file name
};

Result<Split> split(std::string_view text, std::string_view scheme_when_absent) {
    Split out;
    const auto mark = text.find("://");
    out.scheme = std::string{mark == std::string_view::npos ? scheme_when_absent : text.substr(0, mark)};
    if (!is_scheme(out.scheme)) return bad_url("not a scheme:", out.scheme);
    auto rest = mark == std::string_view::npos ? text : text.substr(mark + 3);
    if (rest.empty() || !printable(rest)) return bad_url("not an address:", text);
    if (rest.front() == '/') {
        out.host = std::string{rest};
        out.path = true;
        return out;
    }
    if (rest.front() == '[') {
        const auto close = rest.find(']');
        if (close == std::string_view::npos || close == 1)
            return bad_url("not an IPv6 address in brackets:", rest);
        out.host = std::string{rest.substr(1, close - 1)};
        if (out.host.find_first_not_of("0123456789abcdefABCDEF:.%") != std::string::npos) {
            return bad_url("not an IPv6 address in brackets:", rest);
        }
        rest.remove_prefix(close + 1);
        if (!rest.empty() && rest.front() != ':') return bad_url("not an address:", text);
    } else {
        const auto colon = rest.find(':');
        out.host = std::string{rest.substr(0, colon)};
        if (colon != std::string_view::npos && rest.find(':', colon + 1) != std::string_view::npos) {
            return bad_url("an IPv6 address is written in brackets:", rest);
        }
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon);
        if (out.host.find_first_of("/@[]") != std::string::npos) return bad_url("not a host:", out.host);
    }
    if (out.host.empty() || out.host.size() > 253) return bad_url("not a host:", text);
    if (!rest.empty()) out.port = std::string{rest.substr(1)};
    return out;
}

Result<std::uint16_t> parse_port(std::string_view text, std::uint16_t least) {
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || ec != std::errc{} || end != text.data() + text.size() || port < least) {
        return Error{Errc::usage,
                     bad_url("not a port:", text).detail() + fmt::format(" ({} to 65535)", least)};
    }
    return port;
}

std::string join(std::string_view host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string_view::npos;
    return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace

Result<ServerUrl> ServerUrl::parse(std::string_view text) {
    ServerUrl url;
    const auto hash = text.find('#');
    if (hash != std::string_view::npos) {
        auto key = parse_fingerprint(text.substr(hash + 1));
        if (!key) return key.error();
        url.key_ = *key;
        text = text.substr(0, hash);
    }
    auto parts = split(text, default_scheme);
    if (!parts) return parts.error();
    url.scheme_ = std::move(parts->scheme);
    url.host_ = std::move(parts->host);
    if (parts->path) {
        url.port_ = 0;
    } else if (parts->port) {
        auto port = parse_port(*parts->port, 1);
        if (!port) return port.error();
        url.port_ = *port;
    }
    return url;
}

std::string ServerUrl::address() const {
    return port_ == 0 ? host_ : join(host_, port_);
}
std::string ServerUrl::text() const {
    return scheme_ + "://" + address();
}

Result<ListenUrl> ListenUrl::parse(std::string_view text, std::string_view scheme_when_absent,
                                   std::uint16_t port_when_absent) {
    auto parts = split(text, scheme_when_absent);
    if (!parts) return parts.error();
    if (parts->path) return ListenUrl{std::move(parts->scheme), std::move(parts->host)};
    std::uint16_t port = port_when_absent;
    if (parts->port) {
        auto given = parse_port(*parts->port, 0);
        if (!given) return given.error();
        port = *given;
    }
    return ListenUrl{std::move(parts->scheme), join(parts->host, port)};
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
    const auto mark = text.find("://");
    if (text.size() > 200 || mark == std::string_view::npos || !printable(text) ||
        !is_scheme(text.substr(0, mark)) || mark + 3 == text.size()) {
        return Error{Errc::malformed, "not an endpoint"};
    }
    return Endpoint{std::string{text.substr(0, mark)}, std::string{text.substr(mark + 3)}};
}

}  // namespace p2pc::model
