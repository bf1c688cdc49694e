#include "io/task_group.hpp"

#include <asio/this_coro.hpp>
#include <stdexcept>

#include "io/event.hpp"
#include "io/sleep.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

asio::awaitable<void> throws_bug() {
    throw std::runtime_error("a bug");
    co_return;
}

asio::awaitable<void> sleeps_for_ever(World& world, int& ended) {
    co_await io::sleep_until(world.loop, never);
    ++ended;
    co_await io::sleep_until(world.loop, never);
    FAIL("a cancelled coroutine went on waiting");
}

asio::awaitable<void> throws_when_stopped(World& world) {
    co_await io::sleep_until(world.loop, never);
    throw std::runtime_error("in the cleanup");
}

asio::awaitable<void> joins(TaskGroup& group, bool& joined) {
    co_await group.join();
    joined = true;
}

asio::awaitable<void> never_begins(bool& began) {
    began = true;
    co_return;
}

// A parent as they should be: its children use its locals, and it joins them however it ends.
asio::awaitable<void> uses_parent(World& world, Event& local, std::string& text, int& ended) {
    [[maybe_unused]] const Status status = co_await local.wait();
    CHECK(text == "alive");
    ++ended;
    co_await next_turn(world.loop);
}

asio::awaitable<void> parent(World& world, int& ended) {
    Event local(world.loop);
    std::string text = "alive";
    TaskGroup children(world.loop, nullptr);
    children.spawn("child", uses_parent(world, local, text, ended));
    children.spawn("child", uses_parent(world, local, text, ended));
    co_await children.join();
    CHECK(children.running() == 0);
    CHECK(ended == 2);
}

}  // namespace

TEST_CASE("an exception that escapes a coroutine is reported with its name", "[io][task_group]") {
    World world;
    world.tasks.spawn("faulty", throws_bug());
    world.settle();
    CHECK(world.tasks.running() == 0);
    CHECK(world.escaped == std::vector<std::string>{"faulty: a bug"});
}

TEST_CASE("stop ends every coroutine in the next turn, silently", "[io][task_group]") {
    World world;
    int ended = 0;
    for (int i = 0; i < 100; ++i)
        world.tasks.spawn("sleeper", sleeps_for_ever(world, ended));
    world.settle();
    CHECK(world.tasks.running() == 100);
    world.tasks.stop();
    world.tasks.stop();
    world.settle();
    CHECK(world.tasks.running() == 0);
    CHECK(ended == 100);
    CHECK(world.escaped.empty());
}

TEST_CASE("a bug in the cleanup of a stopped coroutine is still reported", "[io][task_group]") {
    World world;
    world.tasks.spawn("faulty", throws_when_stopped(world));
    world.settle();
    world.tasks.stop();
    world.settle();
    CHECK(world.escaped == std::vector<std::string>{"faulty: in the cleanup"});
}

TEST_CASE("nothing begins in a stopped group", "[io][task_group]") {
    World world;
    bool before = false;
    bool after = false;
    world.tasks.spawn("before", never_begins(before));
    world.tasks.stop();
    world.tasks.spawn("after", never_begins(after));
    world.settle();
    CHECK_FALSE(before);
    CHECK_FALSE(after);
    CHECK(world.tasks.running() == 0);
}

TEST_CASE("join completes when the last coroutine has ended", "[io][task_group]") {
    World world;
    TaskGroup group(world.loop, nullptr);
    int ended = 0;
    bool joined = false;
    bool empty_joined = false;
    world.run(joins(group, empty_joined));
    CHECK(empty_joined);
    group.spawn("sleeper", sleeps_for_ever(world, ended));
    world.tasks.spawn("joiner", joins(group, joined));
    world.settle();
    CHECK_FALSE(joined);
    group.stop();
    world.settle();
    CHECK(joined);
}

TEST_CASE("cancelling a joiner stops its children and waits for them", "[io][task_group]") {
    World world;
    int ended = 0;
    world.tasks.spawn("parent", parent(world, ended));
    world.settle();
    CHECK(ended == 0);
    world.tasks.stop();
    world.settle();
    CHECK(ended == 2);
    CHECK(world.tasks.running() == 0);
    CHECK(world.escaped.empty());
}

TEST_CASE("a destroyed group leaves late coroutines to end by themselves", "[io][task_group]") {
    World world;
    int ended = 0;
    int reports = 0;
    {
        TaskGroup group(world.loop, [&reports](std::string_view, const std::exception_ptr&) { ++reports; });
        group.spawn("sleeper", sleeps_for_ever(world, ended));
        group.spawn("faulty", throws_when_stopped(world));
        world.settle();
    }
    CHECK(ended == 0);
    world.settle();
    CHECK(ended == 1);
    CHECK(reports == 0);
}

TEST_CASE("a hundred thousand coroutines pass through a group and leave nothing", "[io][task_group]") {
    World world;
    int count = 0;
    for (int round = 0; round < 100; ++round) {
        for (int i = 0; i < 1000; ++i) {
            bool began = false;
            world.tasks.spawn("short", [](int& counter) -> asio::awaitable<void> {
                ++counter;
                co_return;
            }(count));
            CHECK_FALSE(began);
        }
        world.settle();
        REQUIRE(world.tasks.running() == 0);
    }
    CHECK(count == 100000);
}

}  // namespace p2pc::io::testing
