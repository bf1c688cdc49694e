#include "io/wait.hpp"

#include <asio/this_coro.hpp>

#include "io/waiter.hpp"

namespace p2pc::io {

Status status_of(Wake why) {
    switch (why) {
        case Wake::ready:
            return {};
        case Wake::timed_out:
            return Errc::timed_out;
        case Wake::closed:
            return Errc::closed;
        case Wake::canceled:
        case Wake::gone:
            break;
    }
    return Errc::canceled;
}

void WaitList::wake_one(Wake why) {
    if (!waiters_.empty()) static_cast<Waiter&>(static_cast<InList&>(waiters_.front())).wake(why);
}

void WaitList::wake_all(Wake why) {
    while (!waiters_.empty())
        wake_one(why);
}

asio::awaitable<Wake> WaitList::wait(Loop& loop, Deadline by) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return Wake::canceled;
    Waiter waiter(loop, nullptr);
    waiters_.push_back(static_cast<InList&>(waiter));
    co_return co_await waiter.suspended(by);
}

asio::awaitable<Wake> WaitList::wait(Loop& loop, Deadline by, OnCancel on_cancel) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none && on_cancel()) co_return Wake::canceled;
    Waiter waiter(loop, &on_cancel);
    waiters_.push_back(static_cast<InList&>(waiter));
    // The only wait that goes on while cancelled, and Asio would throw at this co_await.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const Wake why = co_await waiter.suspended(by);
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return why;
}

}  // namespace p2pc::io
