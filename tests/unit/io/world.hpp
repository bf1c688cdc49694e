// What the io tests share: a loop in virtual time with a task group, and memory or socket streams on it.
#pragma once

#include <asio/awaitable.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "io/connection.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"
#include "support/memory_network.hpp"

namespace p2pc::io::testing {

using namespace std::chrono_literals;

class World {
  public:
    World();
    // Runs until `done` or until nothing can happen any more.
    bool until(const std::function<bool()>& done) { return loop.run_until(done); }
    // Runs everything that needs no time to pass.
    void settle() { loop.run_until(loop.now()); }
    // Spawns `body` and runs the loop until it has ended.
    void run(asio::awaitable<void> body);

    base::ManualClock clock;
    VirtualLoop loop{clock};
    std::vector<std::string> escaped;  // "name: what" of exceptions nobody caught
    TaskGroup tasks;
};

// Two connected streams over a Unix socket pair, with small buffers.
std::pair<std::unique_ptr<transport::Stream>, std::unique_ptr<transport::Stream>> socket_pair();
// The same in memory, where poll_fd() is -1.
std::pair<std::unique_ptr<transport::Stream>, std::unique_ptr<transport::Stream>> memory_pair(
    p2pc::testing::MemoryNetwork& network);

Bytes pattern(std::size_t size);
std::size_t open_descriptors();

}  // namespace p2pc::io::testing
