// TaskGroup: the owner of spawned coroutines; the only way to start one. Loop thread only.
//
// What a cancelled coroutine sees: the wait it is in returns Errc::canceled at once, and the next co_await
// of an awaitable throws asio::system_error(operation_aborted), which unwinds it; the group expects that
// exception after stop() and keeps silent. Any other exception goes to `on_exception`.
//
// Coroutines that use what the group's owner owns must be joined before it dies: the destructor stops
// them, but they unwind in a later turn of the loop.
#pragma once

#include <asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "io/loop.hpp"

namespace p2pc::io {

class TaskGroup {
  public:
    using OnException = std::function<void(std::string_view name, std::exception_ptr what)>;

    TaskGroup(Loop& loop, OnException on_exception);
    // stop(); late ends are then nobody's business: `on_exception` is not called any more.
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // Starts `body` in the next turn of the loop; `name` is for `on_exception`. Dropped after stop().
    void spawn(std::string name, asio::awaitable<void> body);

    // Cancels every coroutine, now and for good. Repeatable.
    void stop();
    bool stopped() const noexcept;

    // Completes when none runs. Cancelling the joiner stops the group and still waits for its end; a
    // joiner that is already cancelled needs throw_if_cancelled(false) to get here.
    asio::awaitable<void> join();
    std::size_t running() const noexcept;

  private:
    struct State;
    static asio::awaitable<void> join(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;  // completion handlers hold it too
};

}  // namespace p2pc::io
