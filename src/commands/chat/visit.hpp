// Visit: a session in which somebody's one-shot command delivers: a message, files, or both.
//
// One loop. All of it travels on the session's first link.
#pragma once

#include "commands/chat/delivery.hpp"

namespace p2pc::commands::chat {

class Visit {
  public:
    // REQUIRES: `room` outlives run().
    Visit(Room& room, std::unique_ptr<peer::Session> session) : room_(room), session_(std::move(session)) {}

    // To the end, which it reports. Once.
    static asio::awaitable<void> run(std::shared_ptr<Visit> visit);
    // Tells the visitor that it is over, and ends it.
    static asio::awaitable<void> leave(std::shared_ptr<Visit> visit);

  private:
    // True when the visitor ended it in order.
    asio::awaitable<bool> serve();
    Status take_text(const wire::pb::Text& text);

    Room& room_;
    std::unique_ptr<peer::Session> session_;
};

}  // namespace p2pc::commands::chat
