// ServerUrl and ListenUrl: [SCHEME://]HOST[:PORT][#FINGERPRINT], as typed by the user.
//
// The scheme names the transport plugin and is not judged here; HOST may be a name, an IPv4 address, an
// IPv6 address in brackets, or (for schemes that have no ports) a path.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace p2pc::model {

constexpr std::uint16_t default_port = 9876;
constexpr std::string_view default_scheme = "tls";

class ServerUrl {
  public:
    // Errc::usage, with the bad part quoted.
    static Result<ServerUrl> parse(std::string_view text);
    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& host() const noexcept { return host_; }  // without brackets
    std::uint16_t port() const noexcept { return port_; }
    const std::optional<PublicKey>& key() const noexcept { return key_; }
    // What Transport::parse takes: "host:port", "[v6]:port", or the path.
    std::string address() const;
    // Canonical, without the fingerprint: "tls://localhost:9876".
    std::string text() const;

  private:
    std::string scheme_, host_;
    std::uint16_t port_ = default_port;
    std::optional<PublicKey> key_;
};

// --listen: [SCHEME://]ADDR[:PORT]; port 0 means any free one.
class ListenUrl {
  public:
    ListenUrl(std::string scheme, std::string address)
        : scheme_(std::move(scheme)), address_(std::move(address)) {}
    static Result<ListenUrl> parse(std::string_view text, std::string_view scheme_when_absent,
                                   std::uint16_t port_when_absent);
    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& address() const noexcept { return address_; }
    std::string text() const { return scheme_ + "://" + address_; }

  private:
    std::string scheme_, address_;
};

// An endpoint as others see it: "tls://192.0.2.7:40123". Valid UTF-8 of printable ASCII, at most 200.
class Endpoint {
  public:
    static Result<Endpoint> parse(std::string_view text);
    Endpoint(std::string scheme, std::string address)
        : scheme_(std::move(scheme)), address_(std::move(address)) {}
    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& address() const noexcept { return address_; }
    std::string text() const { return scheme_ + "://" + address_; }
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

  private:
    std::string scheme_, address_;
};

}  // namespace p2pc::model
