// Waiting for nothing but time.
#pragma once

#include "io/loop.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

// Completes at `when`, or earlier when cancelled (the next co_await then throws, as always).
asio::awaitable<void> sleep_until(Loop& loop, Instant when);
// Lets every other coroutine that is ready, and every descriptor, have its turn. Not cancellable.
asio::awaitable<void> next_turn(Loop& loop);

}  // namespace p2pc::io
