// ServerLink: one logged-in connection to the server - requests with their replies, and events.
//
// Belongs to one loop; any coroutine of it may ask. Dropping it aborts the connection.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/transport.hpp>
#include <vector>

#include "channel/channel.hpp"
#include "io/queue.hpp"
#include "wire/message.hpp"

namespace p2pc::rendezvous {

using wire::pb::ClientMessage;
using wire::pb::ServerMessage;

constexpr Duration reply_time = std::chrono::seconds{10};

class ServerLink {
  public:
    // `sent_ahead`: requests that went with the first flight, numbered 1, 2, ...
    ServerLink(io::Loop& loop, std::unique_ptr<channel::Channel> channel, std::size_t sent_ahead,
               transport::Reach reach);
    ~ServerLink();
    ServerLink(const ServerLink&) = delete;
    ServerLink& operator=(const ServerLink&) = delete;

    // Sends the request and waits for the whole of its reply; a Failure becomes its error.
    //   Errc::interrupted  the connection ended first
    asio::awaitable<Result<ServerMessage>> ask(ClientMessage request, Deadline by);
    // Sends it and never hears whether it was taken.
    Status say(ClientMessage request);
    // The reply to the n-th request of the first flight (from 1). Once each.
    asio::awaitable<Result<ServerMessage>> reply_ahead(std::uint64_t number, Deadline by);
    // The next event. Errc::interrupted (or what a REFUSE said) when the connection has ended.
    asio::awaitable<Result<ServerMessage>> next_event(Deadline by);

    bool up() const noexcept;
    // How the server was reached: loopback decides about loopback candidates.
    transport::Reach reach() const noexcept;
    // The polite end; nothing may be asked afterwards.
    asio::awaitable<void> finish(Deadline by);

  private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace p2pc::rendezvous
