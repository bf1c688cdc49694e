// Room: what the parts of one chat share. It outlives them.
#pragma once

#include "commands/chat/desk.hpp"
#include "commands/chat/front.hpp"
#include "io/loop.hpp"
#include "io/pool.hpp"
#include "rendezvous/online.hpp"

namespace p2pc::commands::chat {

struct Room {
    io::Loop& loop;
    io::Pool& pool;
    rendezvous::Online& online;
    Front& front;
    Desk& desk;

    Deadline in(Duration span) const { return loop.now() + span; }
};

// How long the polite end of a link may take.
constexpr Duration farewell = std::chrono::seconds{3};

}  // namespace p2pc::commands::chat
