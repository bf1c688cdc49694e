#include "io/sleep.hpp"

#include "io/waiter.hpp"

namespace p2pc::io {

asio::awaitable<void> sleep_until(Loop& loop, Instant when) {
    WaitList nobody;
    [[maybe_unused]] const Wake why = co_await nobody.wait(loop, when);
}

asio::awaitable<void> next_turn(Loop& loop) {
    Waiter waiter(loop, nullptr);
    [[maybe_unused]] const Wake why = co_await waiter.next_turn();
}

}  // namespace p2pc::io
