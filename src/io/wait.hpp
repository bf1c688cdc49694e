// WaitList: the one way a coroutine waits in p2pc; Event, Queue, Connection and the rest are made of it.
//
// Loop thread only. A waiter is woken exactly once, by whichever comes first: wake_*, the deadline,
// cancellation, or the end of the list. Waking never runs the coroutine on the spot: it is resumed by the
// loop, so a wake is safe anywhere, also inside another coroutine or a plugin's callback.
#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>

#include "io/link.hpp"

namespace p2pc::io {

class Loop;

// Why a wait ended. gone: the list was destroyed, and with it, most likely, whatever owned it.
enum class Wake : std::uint8_t { ready, timed_out, canceled, closed, gone };

// ok for ready; Errc::timed_out, Errc::closed, and Errc::canceled for the rest.
Status status_of(Wake why);

class WaitList {
  public:
    // Asked when a waiting coroutine is cancelled: true lets it go, false makes it wait on.
    using OnCancel = std::function<bool()>;

    WaitList() = default;
    ~WaitList() { wake_all(Wake::gone); }
    WaitList(const WaitList&) = delete;
    WaitList& operator=(const WaitList&) = delete;

    bool empty() const noexcept { return waiters_.empty(); }
    void wake_one(Wake why = Wake::ready);
    void wake_all(Wake why = Wake::ready);

    // Waits until woken. Touches this list no more once woken, so the list may die meanwhile.
    asio::awaitable<Wake> wait(Loop& loop, Deadline by);
    asio::awaitable<Wake> wait(Loop& loop, Deadline by, OnCancel on_cancel);

  private:
    Link waiters_;
};

}  // namespace p2pc::io
