// Waiter: one suspended coroutine. Private to io; lives in the frame of the coroutine that waits.
//
// It holds the coroutine's handler, which owns the frame, and so itself: the circle is cut by resume() or
// abandon(), one of which the loop calls for every waiter.
#pragma once

#include <asio/cancellation_signal.hpp>
#include <asio/use_awaitable.hpp>
#include <optional>

#include "io/loop.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

// Two bases, so that a waiter is a member of two lists: its WaitList and one of the loop's.
class InList : public Link {};
class InLoop : public Link {};

class Waiter final : public InList, public InLoop {
  public:
    Waiter(Loop& loop, const WaitList::OnCancel* on_cancel) : loop_(loop), on_cancel_(on_cancel) {}
    ~Waiter();

    // REQUIRES: called once, awaited at once.
    asio::awaitable<Wake> suspended(Deadline by);
    // Suspends and is at once ready for the loop's next turn.
    asio::awaitable<Wake> next_turn();

    // The first call decides; the coroutine runs in the loop's next turn.
    void wake(Wake why);
    void cancel();
    // For the loop. After either, `this` is gone or about to be.
    void resume();
    void abandon();

  private:
    using Handler = asio::async_result<asio::use_awaitable_t<>, void(Wake)>::handler_type;
    asio::awaitable<Wake> suspend();
    void start(Handler handler);

    Loop& loop_;
    const WaitList::OnCancel* on_cancel_;
    std::optional<Handler> handler_;
    asio::cancellation_slot slot_;
    TimerId timer_;
    Deadline by_ = never;
    Wake why_ = Wake::ready;
    bool woken_ = false;
};

}  // namespace p2pc::io
