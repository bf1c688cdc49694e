// Two ends of one memory link on a virtual loop, as connections.
#pragma once

#include <catch2/catch.hpp>

#include "channel/handshake.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

class Pair {
  public:
    explicit Pair(Bound bound = Bound::yes)
        : network([this](std::function<void()> call) { loop.post(std::move(call)); }),
          opener_side(network, "opener", bound),
          acceptor_side(network, "acceptor", bound) {
        const auto at = acceptor_side.parse("acceptor:1", 0, transport::Names::numeric).addresses[0];
        const auto listening = acceptor_side.listen(at, {});
        REQUIRE(listening.object != nullptr);
        const std::unique_ptr<transport::Listener> listener{listening.object};
        const auto connecting = opener_side.connect(at, {});
        REQUIRE(connecting.object != nullptr);
        opener =
            std::make_unique<io::Connection>(loop, std::unique_ptr<transport::Stream>{connecting.object});
        const auto accepted = listener->try_accept();
        REQUIRE(accepted.stream != nullptr);
        acceptor =
            std::make_unique<io::Connection>(loop, std::unique_ptr<transport::Stream>{accepted.stream});
    }

    // Runs the coroutine to its end, in virtual time.
    void run(asio::awaitable<void> body) {
        std::exception_ptr thrown;
        io::TaskGroup tasks(loop, [&](std::string_view, std::exception_ptr what) { thrown = what; });
        tasks.spawn("test", std::move(body));
        const bool ended = loop.run_until([&] { return tasks.running() == 0; });
        if (thrown) std::rethrow_exception(thrown);
        REQUIRE(ended);
    }

    base::ManualClock clock;
    io::VirtualLoop loop{clock};
    MemoryNetwork network;
    MemoryTransport opener_side, acceptor_side;
    std::unique_ptr<io::Connection> opener, acceptor;
};

}  // namespace p2pc::testing
