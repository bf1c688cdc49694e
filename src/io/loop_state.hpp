// What a Loop is made of. Private to io.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <map>

#include "io/link.hpp"
#include "io/loop.hpp"

namespace p2pc::io {

struct Loop::State {
    State(Loop& owner, Time time);
    ~State();

    // Queues a woken coroutine for the next turn.
    void make_ready(Waiter& waiter);
    // Resumes what is ready now; what becomes ready meanwhile waits for the next turn, so that
    // coroutines that wake each other cannot keep descriptors and timers waiting.
    void drain();
    void schedule();
    void arm();

    Loop& loop;
    const Time time;
    std::map<TimerId, std::function<void()>> timers;
    std::uint64_t timer_count = 0;
    Instant armed = never;  // for when the alarm is set
    Link waiting;
    Link ready;
    bool in_turn = false;
    bool scheduled = false;
    bool closing = false;
    // Last, so first to go: coroutines destroyed with it may still cancel timers and leave lists.
    asio::io_context context{1};
    // For life: without work Asio would count an idle loop as stopped.
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    using Alarm =
        asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                   asio::io_context::executor_type>;
    Alarm alarm{context};
    std::shared_ptr<Mailbox> mailbox;
};

// Wakes made during a turn are resumed at its end, without another trip through Asio's queue. For
// handlers called by Asio itself: at the end of a turn coroutines run on this stack.
class Turn {
  public:
    explicit Turn(Loop& loop) : state_(*loop.state_), outer_(!state_.in_turn) { state_.in_turn = true; }
    ~Turn() {
        if (outer_) state_.drain();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    Loop::State& state_;
    bool outer_;
};

}  // namespace p2pc::io
