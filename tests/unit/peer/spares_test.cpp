// Connections that are dialled ahead: which of them are of use.
#include "peer/spares.hpp"

#include "fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

constexpr std::size_t several = 3;

// To bob, whose network answers after so long.
struct Ahead {
    explicit Ahead(Duration way) : until(net.loop.now() + 10s) {
        net.network.cut("alice", "bob");
        net.loop.at(net.loop.now() + way, [this] { net.network.mend("alice", "bob"); });
        spares = std::make_unique<peer::Spares>(alice.dialer, bob.endpoint(), several, until);
    }
    Errc next() {
        Errc why{};
        net.run([](Ahead& in, Errc& out) -> asio::awaitable<void> {
            auto spare = co_await in.spares->next(in.net.loop.now() + 60s);
            if (!spare) out = spare.error().code();
            if (spare) in.taken.push_back(std::move(*spare));
        }(*this, why));
        return why;
    }
    Net net;
    Side alice{net, "alice"}, bob{net, "bob"};
    Deadline until;
    std::unique_ptr<peer::Spares> spares;
    std::vector<std::unique_ptr<io::Connection>> taken;
};

}  // namespace

TEST_CASE("connections over a long way are had one after the other, and then there are none",
          "[peer][spares]") {
    Ahead ahead(21ms);
    CHECK(ahead.spares->count() == several);
    for (std::size_t left = several; left > 0; --left) {
        CHECK(ahead.spares->count() == left);
        CHECK(ahead.next() == Errc{});
    }
    CHECK(ahead.spares->count() == 0);
    CHECK(ahead.next() == Errc::closed);
}

TEST_CASE("connections over a short way are of no use, nor is one that cannot be made", "[peer][spares]") {
    Duration way = 20ms;
    SECTION("a short way") {}
    SECTION("none") {
        way = 1h;
    }
    Ahead ahead(way);
    CHECK(ahead.next() == Errc::closed);
    CHECK(ahead.spares->count() == 0);
    CHECK(ahead.net.loop.now() <= ahead.until);
}
