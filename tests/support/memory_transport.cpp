#include "support/memory_transport.hpp"

#include <charconv>
#include <cstring>
#include <memory>
#include <p2pc/transport/text.hpp>

#include "support/memory_link.hpp"

namespace p2pc::testing {

using transport::Address;
using transport::make_failure;

namespace {

Address make_address(const std::string& host, std::uint16_t port) {
    Address address;
    transport::set_text(address.text, host + ":" + std::to_string(port));
    const auto text = address.printable();
    address.opaque_size = static_cast<std::uint8_t>(std::min(text.size(), address.opaque.size()));
    std::memcpy(address.opaque.data(), text.data(), address.opaque_size);
    return address;
}

std::string host_of(const Address& address) {
    return std::string{address.printable().substr(0, address.printable().rfind(':'))};
}

}  // namespace

MemoryTransport::MemoryTransport(MemoryNetwork& network, std::string host, Bound bound, std::string scheme)
    : network_(network), host_(std::move(host)), bound_(bound), scheme_(std::move(scheme)) {}

transport::Parsed MemoryTransport::parse(std::string_view text, std::uint16_t default_port,
                                         transport::Names) noexcept {
    transport::Parsed parsed;
    auto host = std::string{text};
    std::uint16_t number = default_port;
    const auto colon = text.rfind(':');
    if (colon != text.npos && !text.ends_with(']')) {
        host = std::string{text.substr(0, colon)};
        const auto digits = text.substr(colon + 1);
        const auto* end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, number);
        if (error != std::errc{} || rest != end) host.clear();
    }
    if (host == "[::]" || host == "0.0.0.0" || host == "*") host = host_;
    if (host.empty() || host.size() > 100) {
        parsed.failure = make_failure(Errc::usage, "not HOST:PORT");
        return parsed;
    }
    parsed.addresses[parsed.count++] = make_address(host, number);
    return parsed;
}

transport::Reach MemoryTransport::reach(const Address& address) noexcept {
    const auto found = network_.reach_.find(host_of(address));
    return found == network_.reach_.end() ? transport::Reach::loopback : found->second;
}

std::uint16_t MemoryTransport::port(const Address& address) noexcept {
    const auto text = address.printable();
    std::uint16_t number = 0;
    std::from_chars(text.data() + text.rfind(':') + 1, text.data() + text.size(), number);
    return number;
}

std::size_t MemoryTransport::reachable(const Address& bound, std::span<Address> into) noexcept {
    if (into.empty()) return 0;
    into[0] = bound;
    return 1;
}

transport::Made<transport::Stream> MemoryTransport::connect(
    const Address& to, const transport::ConnectOptions& options) noexcept {
    auto link = network_.open_link(host_, host_of(to));
    link->ends[0].address =
        options.local != nullptr ? *options.local : make_address(host_, network_.next_port_++);
    link->ends[1].address = to;
    auto stream = std::make_unique<MemoryStream>(network_, std::move(link), 0, bound_);
    stream->step();
    return {stream.release(), {}};
}

transport::Made<transport::Listener> MemoryTransport::listen(
    const Address& at, const transport::ListenOptions& options) noexcept {
    const Address bound = port(at) != 0 ? at : make_address(host_of(at), network_.next_port_++);
    const std::string key{bound.printable()};
    if (network_.listeners_.contains(key)) return {nullptr, make_failure(Errc::in_use, key)};
    auto* listener = new MemoryListener(network_, bound, bound_, options.backlog);
    network_.listeners_.emplace(key, listener);
    return {listener, {}};
}

transport::Made<transport::Stream> MemoryTransport::wrap(transport::Stream* inner, transport::Role,
                                                         std::span<const transport::Option>) noexcept {
    return {inner, {}};
}

}  // namespace p2pc::testing
