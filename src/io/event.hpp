// Event: a condition coroutines wait for. Loop thread only.
//
// Level: after set() every wait returns at once until reset(). Pulse: pulse() wakes those who wait now and
// leaves nothing behind. A condition that holds wins over a deadline that has passed.
#pragma once

#include "io/loop.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

class Event {
  public:
    explicit Event(Loop& loop) : loop_(loop) {}

    void set();
    void reset() { set_ = false; }
    void pulse() { waiters_.wake_all(); }
    // For good: who waits, now or later, gets Errc::closed.
    void close();
    bool is_set() const noexcept { return set_; }
    bool closed() const noexcept { return closed_; }

    //   Errc::timed_out  Errc::closed
    //   Errc::canceled   the coroutine was cancelled, or the event destroyed
    asio::awaitable<Status> wait(Deadline by = never);

  private:
    Loop& loop_;
    WaitList waiters_;
    bool set_ = false;
    bool closed_ = false;
};

}  // namespace p2pc::io
