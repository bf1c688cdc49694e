// Queue: values from whoever has them to the coroutine that owns them, bounded. Loop thread only (from
// another thread: loop.post). Several coroutines may pop; each value goes to one of them.
#pragma once

#include <deque>
#include <optional>

#include "io/loop.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

template <class T>
class Queue {
  public:
    // `bound`: the most values it holds.
    Queue(Loop& loop, std::size_t bound) : loop_(loop), bound_(bound) {}

    // Never waits; false, and the value dropped, when the queue is full or closed.
    [[nodiscard]] bool push(T value) {
        if (closed_ || values_.size() >= bound_) return false;
        values_.push_back(std::move(value));
        waiters_.wake_one();
        return true;
    }

    std::optional<T> try_pop() {
        if (values_.empty()) return std::nullopt;
        std::optional<T> value(std::move(values_.front()));
        values_.pop_front();
        return value;
    }

    // The oldest value; one that is there wins over a deadline that has passed.
    //   Errc::closed     closed, and nothing left in it
    //   Errc::timed_out
    //   Errc::canceled   the coroutine was cancelled, or the queue destroyed
    asio::awaitable<Result<T>> pop(Deadline by = never) {
        for (;;) {
            if (auto value = try_pop()) co_return std::move(*value);
            if (closed_) co_return Errc::closed;
            const Wake why = co_await waiters_.wait(loop_, by);
            // On a wake somebody else may have been faster. On anything else `this` may be gone.
            if (why == Wake::closed) continue;
            const Status woken = status_of(why);
            if (!woken) co_return woken.error();
        }
    }

    // What is in it can still be popped.
    void close() {
        closed_ = true;
        waiters_.wake_all(Wake::closed);
    }

    std::size_t size() const noexcept { return values_.size(); }
    bool empty() const noexcept { return values_.empty(); }
    bool closed() const noexcept { return closed_; }

  private:
    Loop& loop_;
    const std::size_t bound_;
    std::deque<T> values_;
    WaitList waiters_;
    bool closed_ = false;
};

}  // namespace p2pc::io
