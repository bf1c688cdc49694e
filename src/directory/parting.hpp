// The polite end of a connection. Loop thread only.
#pragma once

#include <asio/awaitable.hpp>

#include "channel/channel.hpp"
#include "io/loop.hpp"

namespace p2pc::directory {

constexpr Duration parting_time = std::chrono::seconds{2};

// Sends what is queued, closes the write side and reads the other side's end, `by` at the latest: a socket
// closed with bytes unread would take back what was sent last. REQUIRES: nobody else reads the channel,
// which lives until then.
asio::awaitable<void> part(io::Loop& loop, channel::Channel& channel, Deadline by);

}  // namespace p2pc::directory
