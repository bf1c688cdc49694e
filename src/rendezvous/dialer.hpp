// Dialer: from a URL to a connection, through the transport the scheme names.
//
// One a process; one loop. Host names are resolved on the pool; what a peer sent is never resolved. An
// unbound transport beyond loopback needs the user's word (docs/protocol.md, "Transport").
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/transport.hpp>
#include <string>

#include "io/connection.hpp"
#include "io/loop.hpp"
#include "io/pool.hpp"
#include "model/url.hpp"
#include "plugin_host/plugin_host.hpp"

namespace p2pc::rendezvous {

enum class PlainTransports { loopback_only, allowed };

struct DialOptions {
    std::optional<std::string> tls_ca;  // a PEM file that vouches for the server's host name
    PlainTransports plain = PlainTransports::loopback_only;
};

// A connection that is set up, and how it was reached.
class Dialled {
  public:
    Dialled(std::unique_ptr<io::Connection> connection, transport::Reach reach)
        : connection_(std::move(connection)), reach_(reach) {}
    std::unique_ptr<io::Connection> take() && { return std::move(connection_); }
    transport::Reach reach() const noexcept { return reach_; }

  private:
    std::unique_ptr<io::Connection> connection_;
    transport::Reach reach_;
};

class Dialer {
  public:
    Dialer(io::Loop& loop, io::Pool& pool, plugin_host::PluginHost& plugins, DialOptions options)
        : loop_(loop), pool_(pool), plugins_(plugins), options_(std::move(options)) {}

    // Tries the addresses of the server's host one after another, until one is connected.
    //   Errc::usage           no such transport, or the host is no address
    //   Errc::cannot_connect  none of them answered
    //   Errc::plain_refused   an unbound transport beyond loopback
    asio::awaitable<Result<Dialled>> dial_server(model::ServerUrl url, Deadline by);
    // One address a peer or the server named, numeric only. REQUIRES: judged by the candidate rules.
    asio::awaitable<Result<Dialled>> dial_candidate(model::Endpoint endpoint, Deadline by);

    // Whether an address may be used with this transport at all.
    bool plain_allowed(transport::Transport& by, transport::Reach reach) const;
    plugin_host::PluginHost& plugins() noexcept { return plugins_; }
    io::Loop& loop() noexcept { return loop_; }
    io::Pool& pool() noexcept { return pool_; }
    const DialOptions& options() const noexcept { return options_; }

  private:
    asio::awaitable<Result<Dialled>> connect(transport::Transport* by_transport, transport::Address address,
                                             std::string host, Deadline by);

    io::Loop& loop_;
    io::Pool& pool_;
    plugin_host::PluginHost& plugins_;
    DialOptions options_;
};

}  // namespace p2pc::rendezvous
