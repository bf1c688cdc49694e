#include "peer/pace.hpp"

#include <asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"

namespace p2pc::peer {
namespace {

using namespace std::chrono_literals;

class Sender {
  public:
    explicit Sender(io::Loop& l) : loop(l) {}
    static asio::awaitable<void> send(Sender& sender, Pace& pace, std::size_t size, int times) {
        for (int n = 0; n < times; ++n) {
            co_await pace.wait_for(size);
            sender.sent += size;
        }
        sender.ended = sender.loop.now();
    }
    io::Loop& loop;
    std::size_t sent = 0;
    Instant ended{};
};

}  // namespace

TEST_CASE("what is sent keeps to the rate, together and from the first second on", "[peer][pace]") {
    base::ManualClock clock;
    io::VirtualLoop loop(clock);
    Pace pace(loop, ByteCount{1000});
    Sender one(loop), other(loop);
    io::TaskGroup tasks(loop, [](std::string_view, std::exception_ptr) { FAIL("a task failed"); });
    const Instant began = loop.now();
    tasks.spawn("one", Sender::send(one, pace, 100, 50));
    tasks.spawn("other", Sender::send(other, pace, 100, 50));
    auto over = [&] { return one.sent + other.sent == 10'000; };
    REQUIRE(loop.run_until(over, began + 1h));
    const auto took = std::max(one.ended, other.ended) - began;
    CHECK(took <= 10s);
    CHECK(took >= 9700ms);  // an eighth of a second at once, and the last piece is not waited out
    CHECK(one.sent == other.sent);
}

TEST_CASE("a pause is not followed by a burst", "[peer][pace]") {
    base::ManualClock clock;
    io::VirtualLoop loop(clock);
    Pace pace(loop, ByteCount{1000});
    Sender sender(loop);
    io::TaskGroup tasks(loop, [](std::string_view, std::exception_ptr) { FAIL("a task failed"); });
    loop.run_for(1h);
    const Instant began = loop.now();
    tasks.spawn("sender", Sender::send(sender, pace, 100, 20));
    REQUIRE(loop.run_until([&] { return sender.sent == 2000; }, began + 1h));
    CHECK(sender.ended - began >= 1700ms);
}

TEST_CASE("pieces are an eighth of a second, at least a byte and at most what is asked for", "[peer][pace]") {
    base::ManualClock clock;
    io::VirtualLoop loop(clock);
    CHECK(Pace(loop, ByteCount{1}).piece(1000) == 1);
    CHECK(Pace(loop, ByteCount{800}).piece(1000) == 100);
    CHECK(Pace(loop, ByteCount{800'000}).piece(1000) == 1000);
}

}  // namespace p2pc::peer
