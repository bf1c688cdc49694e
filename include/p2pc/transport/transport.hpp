// Transport: what a plugin makes - connections, listeners, and streams wrapped around other streams.
#pragma once

#include <p2pc/transport/stream.hpp>

namespace p2pc::transport {

struct Option {
    std::string_view key;
    std::string_view value;
};

enum class Role : std::uint8_t { connecting, accepting };

enum class Reuse : std::uint8_t { none, address_and_port };  // the latter: before a simultaneous open

struct ConnectOptions {
    const Address* local = nullptr;  // bind to it first; null: any
    Reuse reuse = Reuse::none;
    Role role = Role::connecting;     // who speaks the handshake's first word
    std::string_view server_name;     // as the user wrote the host
    std::span<const Option> options;  // scheme-specific, e.g. {"ca", FILE}; an unknown key is an error
};

struct ListenOptions {
    Reuse reuse = Reuse::none;
    int backlog = 4096;               // 5 to 10 costs SYN retries of a second in bursts
    std::span<const Option> options;  // e.g. {"cert", FILE}, {"key", FILE}
};

// Addresses a text stands for; a host name may give several (resolved here, which may block).
// A text that stands for none: failure tells why (Errc::usage: not an address at all;
// Errc::cannot_connect: a name that does not resolve).
struct Parsed {
    static constexpr std::size_t max_addresses = 16;
    std::array<Address, max_addresses> addresses{};
    std::uint8_t count = 0;  // 0: failure tells why
    Failure failure;
};

// Text that came from a peer is parsed as numeric: it must never make us ask a resolver.
enum class Names : std::uint8_t { numeric, resolve };

// Who may be reached through an address: what the candidate rules of docs/protocol.md ask.
enum class Reach : std::uint8_t { loopback, private_range, global, never };

template <class T>
struct Made {
    T* object = nullptr;  // owned by the caller; null: failure tells why
    Failure failure;
};

struct Transport {
    virtual ~Transport() = default;
    // The scheme of its URLs. Zero-terminated, constant, [a-z][a-z0-9+.-]{0,14}.
    virtual const char* name() noexcept = 0;
    // "HOST:PORT", "HOST" (then `default_port`), "[v6]:port"; what an address is is the plugin's to say.
    virtual Parsed parse(std::string_view text, std::uint16_t default_port,
                         Names names = Names::resolve) noexcept = 0;
    virtual Reach reach(const Address& address) noexcept = 0;
    // The port of an address, 0 where there is none.
    virtual std::uint16_t port(const Address& address) noexcept = 0;
    // Every address under which a listener bound to `bound` may be reached from elsewhere (a wildcard
    // becomes one per interface). Returns how many were written.
    virtual std::size_t reachable(const Address& bound, std::span<Address> into) noexcept = 0;
    // Starts connecting; step() finishes it.
    virtual Made<Stream> connect(const Address& to, const ConnectOptions& options) noexcept = 0;
    virtual Made<Listener> listen(const Address& at, const ListenOptions& options) noexcept = 0;
    // Runs this transport inside `inner`, which is owned from now on, also on failure.
    virtual Made<Stream> wrap(Stream* inner, Role role, std::span<const Option> options) noexcept = 0;
    // Whether bytes are encrypted and a binding exists ("tls-exporter"): plain ones need --insecure-plain.
    virtual bool bound() noexcept = 0;
};

}  // namespace p2pc::transport
