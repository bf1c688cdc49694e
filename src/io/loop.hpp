// Loop: one thread's event loop - coroutines, timers and descriptors - over an injected clock.
//
// One thread drives it (run, or the thread that made it); only post() and stop() may be called from
// others. Every timer of the loop shares one Asio timer. It outlives all that is made with it; a
// coroutine that still waits when the loop ends is destroyed where it waits, with its locals.
#pragma once

#include <asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <p2pc/base/time.hpp>

#include "base/clock.hpp"

namespace asio {
class io_context;
}

namespace p2pc::io {

class Waiter;
class Turn;
class Mailbox;

// Names one call of Loop::at; an old one names nothing, ever.
class TimerId {
  public:
    TimerId() = default;
    TimerId(Instant when, std::uint64_t number) : when_(when), number_(number) {}
    friend auto operator<=>(const TimerId&, const TimerId&) = default;
    Instant when() const noexcept { return when_; }
    std::uint64_t number() const noexcept { return number_; }

  private:
    Instant when_{};
    std::uint64_t number_ = 0;  // 0: none
};

class Loop {
  public:
    explicit Loop(const base::Clock& clock);
    virtual ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    asio::io_context& context() noexcept;
    asio::any_io_executor executor();
    Instant now() const { return clock_.now(); }
    const base::Clock& clock() const noexcept { return clock_; }

    // Calls `call` once, not before `when` and, on a loop that is not busy, at most 1 ms after it.
    // Calls that are due are made in the order of their times, then of their registration.
    TimerId at(Instant when, std::function<void()> call);
    // Nothing when the call was made already.
    void cancel(TimerId timer);

    // Runs `call` on the loop. From any thread; dropped once the loop is being destroyed.
    void post(std::function<void()> call);
    // As post(), and may outlive the loop: what other threads keep.
    std::shared_ptr<Mailbox> mailbox() const noexcept;

    // Until stop(), with or without work to do. A stop() before run() makes it return at once.
    void run();
    void stop();

    // The loop this thread is running, null outside one.
    static Loop* current() noexcept;

  protected:
    enum class Time : std::uint8_t { real, given };  // given: no Asio timer, a subclass calls run_due()
    Loop(const base::Clock& clock, Time time);
    bool poll_one();
    Instant next_timer() const;  // never: none
    void run_due();

  private:
    friend class Waiter;
    friend class Turn;
    struct State;

    const base::Clock& clock_;
    std::unique_ptr<State> state_;
};

class Mailbox {
  public:
    explicit Mailbox(asio::io_context& context);
    ~Mailbox();
    void post(std::function<void()> call);
    void close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace p2pc::io
