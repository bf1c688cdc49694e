// Real: a loop in real time, for tests of what runs on threads.
#pragma once

#include <asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "io/loop.hpp"
#include "io/task_group.hpp"

namespace p2pc::io::testing {

// Jobs on threads know no other time.
class Real {
  public:
    // Runs the loop until every task has ended.
    void run() {
        watcher.spawn("watch", stop_after(*this));
        loop.run();
    }
    // Calls `then` on the loop once `ready()`; asked in every turn.
    void when(std::function<bool()> ready, std::function<void()> then) {
        loop.post([this, ready = std::move(ready), then = std::move(then)] {
            if (ready()) return then();
            when(ready, then);
        });
    }

    base::SystemClock clock;
    Loop loop{clock};
    std::exception_ptr escaped;
    std::string escaped_from;  // the task's name
    TaskGroup tasks{loop, [this](std::string_view name, const std::exception_ptr& what) {
                        escaped = what;
                        escaped_from = name;
                    }};
    TaskGroup watcher{loop, nullptr};

  private:
    static asio::awaitable<void> stop_after(Real& real) {
        co_await real.tasks.join();
        real.loop.stop();
    }
};

}  // namespace p2pc::io::testing
