#include "io/loop.hpp"

#include <thread>

#include "io/event.hpp"
#include "io/sleep.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

asio::awaitable<void> note_after_sleep(World& world, Instant when, std::vector<int>& order, int number) {
    co_await io::sleep_until(world.loop, when);
    CHECK(world.loop.now() == when);
    order.push_back(number);
}

asio::awaitable<void> spin(World& world, const bool& stop, int& turns) {
    while (!stop) {
        ++turns;
        co_await next_turn(world.loop);
    }
}

class Trace {
  public:
    explicit Trace(bool& gone) : gone_(gone) {}
    ~Trace() { gone_ = true; }
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

  private:
    bool& gone_;
};

asio::awaitable<void> wait_with_local(Event& event, bool& destroyed) {
    const Trace trace(destroyed);
    [[maybe_unused]] const Status status = co_await event.wait();
    FAIL("woke up in a loop that is gone");
}

}  // namespace

TEST_CASE("timers are called in the order of their times, then of their registration", "[io][loop]") {
    World world;
    std::vector<int> order;
    const Instant start = world.loop.now();
    world.loop.at(start + 2s, [&] { order.push_back(3); });
    world.loop.at(start + 1s, [&] { order.push_back(1); });
    world.loop.at(start + 1s, [&] { order.push_back(2); });
    world.loop.run_until(start + 1s - 1ns);
    CHECK(order.empty());
    world.loop.run_until(start + 1s);
    CHECK(order == std::vector{1, 2});
    world.loop.run_for(1s);
    CHECK(order == std::vector{1, 2, 3});
    CHECK(world.loop.now() == start + 2s);
}

TEST_CASE("a cancelled timer is not called, and an old id cancels nothing", "[io][loop]") {
    World world;
    int calls = 0;
    const TimerId first = world.loop.at(world.loop.now(), [&] { ++calls; });
    world.settle();
    CHECK(calls == 1);
    const TimerId second = world.loop.at(first.when(), [&] { ++calls; });
    world.loop.cancel(first);
    world.settle();
    CHECK(calls == 2);
    const TimerId third = world.loop.at(first.when() + 1s, [&] { ++calls; });
    world.loop.cancel(third);
    world.loop.cancel(third);
    world.loop.cancel(second);
    world.loop.cancel(TimerId());
    world.loop.run_for(10s);
    CHECK(calls == 2);
}

TEST_CASE("a timer may cancel the next one that is due", "[io][loop]") {
    World world;
    TimerId victim;
    bool called = false;
    world.loop.at(world.loop.now() + 1s, [&] { world.loop.cancel(victim); });
    victim = world.loop.at(world.loop.now() + 1s, [&] { called = true; });
    world.loop.run_for(2s);
    CHECK_FALSE(called);
}

TEST_CASE("sleepers wake at their times in virtual time", "[io][loop]") {
    World world;
    std::vector<int> order;
    const Instant start = world.loop.now();
    world.tasks.spawn("late", note_after_sleep(world, start + 24h, order, 2));
    world.tasks.spawn("early", note_after_sleep(world, start + 1ms, order, 1));
    CHECK(world.until([&] { return world.tasks.running() == 0; }));
    CHECK(order == std::vector{1, 2});
}

TEST_CASE("run_until says false when nothing can happen, and stops the clock at the limit", "[io][loop]") {
    World world;
    const Instant start = world.loop.now();
    CHECK_FALSE(world.until([] { return false; }));
    CHECK(world.loop.now() == start);
    CHECK_FALSE(world.loop.run_until([] { return false; }, start + 5s));
    CHECK(world.loop.now() == start + 5s);
}

TEST_CASE("a coroutine that is always ready leaves others their turns", "[io][loop]") {
    World world;
    bool stop = false;
    int turns = 0;
    world.tasks.spawn("spin", spin(world, stop, turns));
    world.loop.post([&] { world.loop.post([&] { stop = true; }); });
    CHECK(world.until([&] { return world.tasks.running() == 0; }));
    CHECK(turns < 10);
}

TEST_CASE("a coroutine that waits when its loop ends is destroyed with its locals", "[io][loop]") {
    bool destroyed = false;
    base::ManualClock clock;
    {
        VirtualLoop loop(clock);
        Event event(loop);
        TaskGroup tasks(loop, nullptr);
        tasks.spawn("waits", wait_with_local(event, destroyed));
        loop.run_for(1s);
        CHECK_FALSE(destroyed);
    }
    CHECK(destroyed);
    {
        // The same where the event and the group outlive the loop's end of the wait.
        destroyed = false;
        auto loop = std::make_unique<VirtualLoop>(clock);
        Event event(*loop);
        TaskGroup tasks(*loop, nullptr);
        tasks.spawn("waits", wait_with_local(event, destroyed));
        loop->run_for(1s);
        loop.reset();
        CHECK(destroyed);
        tasks.stop();
    }
}

TEST_CASE("a loop in real time calls timers in order and never early", "[io][loop]") {
    const base::SystemClock clock;
    Loop loop(clock);
    std::vector<int> order;
    const Instant start = loop.now();
    // The alarm is set for this one first; those that follow are earlier.
    loop.at(start + 24h, [] { FAIL("a day has not passed"); });
    loop.at(start + 4ms, [&] {
        CHECK(loop.now() >= start + 4ms);
        order.push_back(2);
        loop.stop();
    });
    const TimerId soonest = loop.at(start + 1ms, [&] { order.push_back(0); });
    loop.at(start + 2ms, [&] {
        CHECK(loop.now() >= start + 2ms);
        order.push_back(1);
    });
    loop.cancel(soonest);  // the alarm set for it finds nothing and is set again
    loop.run();
    CHECK(order == std::vector{1, 2});
}

TEST_CASE("a stop before run ends that run only", "[io][loop]") {
    const base::SystemClock clock;
    Loop loop(clock);
    bool called = false;
    loop.stop();
    loop.run();
    loop.post([&] {
        called = true;
        CHECK(Loop::current() == &loop);
        loop.stop();
    });
    CHECK_FALSE(called);
    loop.run();
    CHECK(called);
    CHECK(Loop::current() == nullptr);
}

TEST_CASE("posts of other threads all run on the loop's thread", "[io][loop]") {
    const base::SystemClock clock;
    Loop loop(clock);
    constexpr int threads = 4;
    constexpr int posts = 1000;
    int count = 0;
    std::vector<std::thread> posters;
    for (int i = 0; i < threads; ++i) {
        posters.emplace_back([&] {
            for (int k = 0; k < posts; ++k) {
                loop.post([&] {
                    if (++count == threads * posts) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (auto& poster : posters)
        poster.join();
    CHECK(count == threads * posts);
}

TEST_CASE("a mailbox may outlive its loop and drops what comes then", "[io][loop]") {
    base::ManualClock clock;
    std::shared_ptr<Mailbox> mailbox;
    bool called = false;
    {
        VirtualLoop loop(clock);
        mailbox = loop.mailbox();
        mailbox->post([&] { called = true; });
    }
    mailbox->post([&] { called = true; });
    CHECK_FALSE(called);
}

}  // namespace p2pc::io::testing
