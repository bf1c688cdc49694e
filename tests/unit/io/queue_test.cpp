#include "io/queue.hpp"

#include "io/event.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

using Values = Queue<std::unique_ptr<int>>;

asio::awaitable<void> pop_one(Values& queue, Deadline by, std::vector<std::string>& log) {
    auto value = co_await queue.pop(by);
    log.push_back(value ? std::to_string(**value) : std::string(public_sentence(value.error().code())));
}

asio::awaitable<void> wait_once(Event& event, Deadline by, std::vector<std::string>& log) {
    const Status status = co_await event.wait(by);
    log.push_back(status ? "ok" : std::string(public_sentence(status.error().code())));
}

}  // namespace

TEST_CASE("a queue takes values up to its bound and gives them in order", "[io][queue]") {
    World world;
    Values queue(world.loop, 2);
    CHECK(queue.push(std::make_unique<int>(1)));
    CHECK(queue.push(std::make_unique<int>(2)));
    CHECK_FALSE(queue.push(std::make_unique<int>(3)));
    std::vector<std::string> log;
    world.run(pop_one(queue, never, log));
    CHECK(queue.push(std::make_unique<int>(4)));
    world.run(pop_one(queue, never, log));
    world.run(pop_one(queue, never, log));
    CHECK(log == std::vector<std::string>{"1", "2", "4"});
}

TEST_CASE("a value that is there wins over a deadline that has passed", "[io][queue]") {
    World world;
    Values queue(world.loop, 2);
    std::vector<std::string> log;
    CHECK(queue.push(std::make_unique<int>(1)));
    world.run(pop_one(queue, world.loop.now() - 1s, log));
    world.run(pop_one(queue, world.loop.now() - 1s, log));
    CHECK(log == std::vector<std::string>{"1", "timed out"});
}

TEST_CASE("a pop times out at its deadline and the queue goes on working", "[io][queue]") {
    World world;
    Values queue(world.loop, 2);
    std::vector<std::string> log;
    const Instant start = world.loop.now();
    world.run(pop_one(queue, start + 3s, log));
    CHECK(world.loop.now() == start + 3s);
    CHECK(log == std::vector<std::string>{"timed out"});
    world.tasks.spawn("pop", pop_one(queue, never, log));
    world.settle();
    CHECK(queue.push(std::make_unique<int>(7)));
    world.settle();
    CHECK(log.back() == "7");
}

TEST_CASE("a closed queue gives what it holds, then says closed", "[io][queue]") {
    World world;
    Values queue(world.loop, 2);
    std::vector<std::string> log;
    CHECK(queue.push(std::make_unique<int>(1)));
    queue.close();
    CHECK_FALSE(queue.push(std::make_unique<int>(2)));
    world.run(pop_one(queue, never, log));
    world.run(pop_one(queue, never, log));
    CHECK(log == std::vector<std::string>{"1", "the connection was closed"});
}

TEST_CASE("two waiting pops each get one value", "[io][queue]") {
    World world;
    Values queue(world.loop, 4);
    std::vector<std::string> log;
    world.tasks.spawn("a", pop_one(queue, never, log));
    world.tasks.spawn("b", pop_one(queue, never, log));
    world.settle();
    CHECK(queue.push(std::make_unique<int>(1)));
    CHECK(queue.push(std::make_unique<int>(2)));
    world.settle();
    CHECK(log == std::vector<std::string>{"1", "2"});
}

TEST_CASE("a value taken between wake and resumption leaves the popper waiting", "[io][queue]") {
    World world;
    Values queue(world.loop, 4);
    std::vector<std::string> log;
    world.tasks.spawn("a", pop_one(queue, never, log));
    world.settle();
    CHECK(queue.push(std::make_unique<int>(1)));
    CHECK(queue.try_pop());
    world.settle();
    CHECK(log.empty());
    queue.close();
    world.settle();
    CHECK(log == std::vector<std::string>{"the connection was closed"});
}

TEST_CASE("a cancelled pop does not spoil the queue for the next", "[io][queue]") {
    World world;
    Values queue(world.loop, 4);
    std::vector<std::string> log;
    {
        TaskGroup group(world.loop, nullptr);
        group.spawn("pop", pop_one(queue, never, log));
        world.settle();
    }
    world.settle();
    CHECK(log == std::vector<std::string>{"canceled"});
    CHECK(queue.push(std::make_unique<int>(5)));
    world.run(pop_one(queue, never, log));
    CHECK(log.back() == "5");
}

TEST_CASE("a queue or an event destroyed under a waiter cancels the wait", "[io][queue]") {
    World world;
    std::vector<std::string> log;
    {
        Values queue(world.loop, 1);
        Event event(world.loop);
        world.tasks.spawn("pop", pop_one(queue, never, log));
        world.tasks.spawn("wait", wait_once(event, never, log));
        world.settle();
    }
    world.settle();
    CHECK(log == std::vector<std::string>{"canceled", "canceled"});
    CHECK(world.tasks.running() == 0);
}

TEST_CASE("a set event lets everybody through until it is reset", "[io][event]") {
    World world;
    Event event(world.loop);
    std::vector<std::string> log;
    world.tasks.spawn("a", wait_once(event, never, log));
    world.tasks.spawn("b", wait_once(event, never, log));
    world.settle();
    CHECK(log.empty());
    event.set();
    world.settle();
    CHECK(log == std::vector<std::string>{"ok", "ok"});
    world.run(wait_once(event, world.loop.now() - 1s, log));
    CHECK(log.back() == "ok");
    event.reset();
    world.run(wait_once(event, world.loop.now() + 1s, log));
    CHECK(log.back() == "timed out");
}

TEST_CASE("a pulse wakes those who wait and leaves nothing behind", "[io][event]") {
    World world;
    Event event(world.loop);
    std::vector<std::string> log;
    world.tasks.spawn("a", wait_once(event, never, log));
    world.settle();
    event.pulse();
    world.settle();
    CHECK(log == std::vector<std::string>{"ok"});
    world.run(wait_once(event, world.loop.now() + 1s, log));
    CHECK(log.back() == "timed out");
}

TEST_CASE("a closed event says so to everybody, also when it is set", "[io][event]") {
    World world;
    Event event(world.loop);
    std::vector<std::string> log;
    world.tasks.spawn("a", wait_once(event, never, log));
    world.settle();
    event.close();
    event.set();
    world.settle();
    world.run(wait_once(event, never, log));
    CHECK(log == std::vector<std::string>{"the connection was closed", "the connection was closed"});
}

TEST_CASE("the first of two wakes in one turn decides", "[io][event]") {
    World world;
    Event event(world.loop);
    std::vector<std::string> log;
    world.tasks.spawn("a", wait_once(event, world.loop.now() + 1s, log));
    world.settle();
    world.loop.at(world.loop.now() + 1s, [&] { event.close(); });
    world.loop.run_for(1s);
    CHECK(log == std::vector<std::string>{"timed out"});
}

}  // namespace p2pc::io::testing
