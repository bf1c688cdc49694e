// MemoryTransport: one host's view of a MemoryNetwork, as a transport with poll_fd() == -1.
//
// Addresses are "host:port" with any host name; listen at port 0 picks one.
#pragma once

#include <p2pc/transport/transport.hpp>
#include <string>

#include "support/memory_network.hpp"

namespace p2pc::testing {

// What a transport says of itself: with a binding (type "memory", a value per link), or none.
enum class Bound : std::uint8_t { no, yes };

class MemoryTransport final : public transport::Transport {
  public:
    // `host` is where its connections come from.
    MemoryTransport(MemoryNetwork& network, std::string host, Bound bound = Bound::no,
                    std::string scheme = "memory");

    const char* name() noexcept override { return scheme_.c_str(); }
    transport::Parsed parse(std::string_view text, std::uint16_t default_port,
                            transport::Names names = transport::Names::resolve) noexcept override;
    transport::Reach reach(const transport::Address& address) noexcept override;
    std::uint16_t port(const transport::Address& address) noexcept override;
    std::size_t reachable(const transport::Address& bound,
                          std::span<transport::Address> into) noexcept override;
    transport::Made<transport::Stream> connect(const transport::Address& to,
                                               const transport::ConnectOptions& options) noexcept override;
    transport::Made<transport::Listener> listen(const transport::Address& at,
                                                const transport::ListenOptions& options) noexcept override;
    transport::Made<transport::Stream> wrap(transport::Stream* inner, transport::Role role,
                                            std::span<const transport::Option> options) noexcept override;
    bool bound() noexcept override { return bound_ == Bound::yes; }

  private:
    MemoryNetwork& network_;
    std::string host_;
    Bound bound_;
    std::string scheme_;
};

}  // namespace p2pc::testing
