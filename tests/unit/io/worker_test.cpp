#include "io/worker.hpp"

#include <condition_variable>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "real.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

using Squares = Worker<int, int>;

class Bench : public Real {
  public:
    explicit Bench(Squares::Work work) : worker(loop, pool, std::move(work)) {}

    Pool pool{1, 4};
    Squares worker;
};

// Takes until there is nothing more.
asio::awaitable<void> take(Squares& worker, std::size_t close_after, std::vector<int>& into,
                           std::optional<Errc>& ended) {
    for (;;) {
        auto piece = co_await worker.next();
        if (!piece) {
            ended = piece.error().code();
            co_return;
        }
        into.push_back(*piece);
        if (into.size() == close_after) worker.close();
    }
}

}  // namespace

TEST_CASE("pieces are worked on off the loop and come back in their order", "[io][worker]") {
    const auto caller = std::this_thread::get_id();
    Bench bench([&](int number) {
        CHECK(std::this_thread::get_id() != caller);
        return number * number;
    });
    std::vector<int> squares, wanted;
    std::optional<Errc> ended;
    bench.tasks.spawn("work", bench.worker.run());
    bench.tasks.spawn("take", take(bench.worker, 1000, squares, ended));
    for (int number = 0; number < 1000; ++number) {
        bench.worker.give(number);
        wanted.push_back(number * number);
    }
    bench.run();
    CHECK(squares == wanted);
    CHECK(ended == Errc::closed);
}

TEST_CASE("whoever has taken the last piece finds the worker idle", "[io][worker]") {
    Bench bench([](int number) { return number; });
    int busy = 0;
    const auto one_by_one = [](Squares& worker, int& not_idle) -> asio::awaitable<void> {
        for (int number = 0; number < 20'000; ++number) {
            worker.give(number);
            auto piece = co_await worker.next();
            if (!piece) co_return;
            if (!worker.idle()) ++not_idle;
        }
        worker.close();
    };
    bench.tasks.spawn("work", bench.worker.run());
    bench.tasks.spawn("take", one_by_one(bench.worker, busy));
    bench.run();
    CHECK(busy == 0);
}

TEST_CASE("pieces that are there are worked on while the loop is busy", "[io][worker]") {
    std::mutex mutex;
    std::condition_variable changed;
    bool busy = false;
    int begun = 0;
    Bench bench([&](int number) {
        std::unique_lock lock(mutex);
        ++begun;
        changed.notify_all();
        changed.wait(lock, [&] { return busy; });
        return number;
    });
    std::vector<int> taken;
    std::optional<Errc> ended;
    bench.tasks.spawn("work", bench.worker.run());
    for (int number = 0; number < 3; ++number)
        bench.worker.give(number);
    const auto one_is_begun = [&] {
        const std::lock_guard lock(mutex);
        return begun > 0;
    };
    bench.when(one_is_begun, [&] {
        // The loop does nothing else until all three are.
        std::unique_lock lock(mutex);
        busy = true;
        changed.notify_all();
        CHECK(changed.wait_for(lock, 60s, [&] { return begun == 3; }));
        bench.tasks.spawn("take", take(bench.worker, 3, taken, ended));
    });
    bench.run();
    CHECK(taken == std::vector{0, 1, 2});
}

TEST_CASE("a worker is idle before the first piece and after the last", "[io][worker]") {
    World world;
    Pool inline_pool(0, 1);
    Squares worker(world.loop, inline_pool, [](int number) { return number; });
    world.tasks.spawn("work", worker.run());
    world.settle();
    CHECK(worker.idle());
    worker.give(1);
    CHECK(!worker.idle());
    world.settle();
    CHECK(worker.idle());
    worker.give(2);
    world.settle();
    std::vector<int> taken;
    std::optional<Errc> ended;
    world.tasks.spawn("take", take(worker, 2, taken, ended));
    world.settle();
    CHECK(taken == std::vector{1, 2});
}

TEST_CASE("who waits for a piece is told when the worker closes", "[io][worker]") {
    World world;
    Pool inline_pool(0, 1);
    Squares worker(world.loop, inline_pool, [](int number) { return number; });
    std::vector<int> taken;
    std::optional<Errc> ended;
    world.tasks.spawn("work", worker.run());
    world.tasks.spawn("take", take(worker, 0, taken, ended));
    world.settle();
    CHECK(!ended);
    worker.close();
    world.settle();
    CHECK(ended == Errc::closed);
    CHECK(world.tasks.running() == 0);
    worker.give(1);  // too late: nobody takes it
    world.settle();
    CHECK(taken.empty());
}

TEST_CASE("what the work throws comes out of the coroutine that runs it", "[io][worker]") {
    Bench bench([](int) -> int { throw std::runtime_error("work failed"); });
    bench.tasks.spawn("work", bench.worker.run());
    bench.worker.give(1);
    bench.run();
    CHECK(bench.escaped_from == "work");
}

TEST_CASE("a pool without room ends the worker with its error", "[io][worker]") {
    World world;
    Pool full(1, 0);
    Squares worker(world.loop, full, [](int number) { return number; });
    std::vector<int> taken;
    std::optional<Errc> ended;
    world.tasks.spawn("work", worker.run());
    world.tasks.spawn("take", take(worker, 0, taken, ended));
    worker.give(1);
    world.settle();
    CHECK(ended == Errc::busy);
}

TEST_CASE("a worker that is stopped waits for the piece under way and begins no other", "[io][worker]") {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    std::vector<int> begun;
    Bench bench([&](int number) {
        std::unique_lock lock(mutex);
        begun.push_back(number);
        changed.wait(lock, [&] { return open; });
        return number;
    });
    bench.tasks.spawn("work", bench.worker.run());
    bench.worker.give(1);
    bench.worker.give(2);
    const auto one_is_begun = [&] {
        const std::lock_guard lock(mutex);
        return !begun.empty();
    };
    bench.when(one_is_begun, [&] {
        bench.worker.close();
        bench.tasks.stop();
        CHECK(bench.tasks.running() == 1);
        const std::lock_guard lock(mutex);
        open = true;
        changed.notify_all();
    });
    bench.run();
    CHECK(begun == std::vector{1});
}

}  // namespace p2pc::io::testing
