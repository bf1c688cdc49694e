#include "io/pool.hpp"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "real.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

// Holds a job on its thread until the test lets it go.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++inside_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }
    void wait_for_one_inside() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return inside_ > 0; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int inside_ = 0;
};

asio::awaitable<void> square(Pool& pool, int number, int& sum) {
    const auto caller = std::this_thread::get_id();
    auto job = [&]() -> Result<int> {
        CHECK(std::this_thread::get_id() != caller);
        return number * number;
    };
    const auto result = co_await pool.run(job);
    CHECK(std::this_thread::get_id() == caller);
    REQUIRE(result);
    sum += *result;
}

asio::awaitable<void> hold(Pool& pool, Gate& gate, std::vector<std::string>& log) {
    std::string local = "held";
    auto job = [&]() -> Result<std::string> {
        gate.pass();
        return local + " to the end";
    };
    const auto result = co_await pool.run(job);
    log.push_back(result ? *result : std::string(public_sentence(result.error().code())));
}

asio::awaitable<void> throw_in_job(Pool& pool) {
    auto job = []() -> Result<int> { throw std::runtime_error("job failed"); };
    [[maybe_unused]] const auto result = co_await pool.run(job);
}

asio::awaitable<void> inline_job(Pool& pool, std::thread::id& ran_on) {
    auto job = [&]() -> Result<void> {
        ran_on = std::this_thread::get_id();
        return {};
    };
    const auto result = co_await pool.run(job);
    CHECK(result);
}

// While it lives no thread can be started: each would want a stack of 64 TiB.
class NoThreads {
  public:
    NoThreads() {
        ::pthread_getattr_default_np(&before_);
        pthread_attr_t vast;
        ::pthread_attr_init(&vast);
        ::pthread_attr_setstacksize(&vast, std::size_t{1} << 46);
        REQUIRE(::pthread_setattr_default_np(&vast) == 0);
        ::pthread_attr_destroy(&vast);
    }
    ~NoThreads() { ::pthread_setattr_default_np(&before_); }
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;

  private:
    pthread_attr_t before_{};
};

asio::awaitable<void> try_once(Pool& pool, std::vector<Errc>& refused) {
    auto job = []() -> Result<void> { return {}; };
    const auto result = co_await pool.run(job);
    if (!result) refused.push_back(result.error().code());
}

bool blocks_sigterm() {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    return ::sigismember(&now, SIGTERM) == 1;
}

}  // namespace

TEST_CASE("a job that the system has no thread for is refused, and the next may have one", "[io][pool]") {
    Real real;
    Pool pool(2, 8);
    std::vector<Errc> refused;
    {
        const NoThreads none;
        real.tasks.spawn("refused", try_once(pool, refused));
        real.run();
    }
    CHECK(refused == std::vector<Errc>{Errc::local_io});
    CHECK_FALSE(blocks_sigterm());
    real.tasks.spawn("run", try_once(pool, refused));
    real.run();
    CHECK(refused.size() == 1);
}

TEST_CASE("where no more threads are to be had those that run do all the jobs", "[io][pool]") {
    Real real;
    Pool pool(4, 1000);
    int sum = 0;
    real.tasks.spawn("square", square(pool, 1, sum));
    real.run();
    const NoThreads none;
    for (int i = 2; i <= 20; ++i)
        real.tasks.spawn("square", square(pool, i, sum));
    real.run();
    CHECK(sum == 2870);
}

TEST_CASE("jobs run on pool threads and their coroutines resume on the loop", "[io][pool]") {
    Real real;
    Pool pool(4, 1000);
    int sum = 0;
    for (int i = 1; i <= 200; ++i)
        real.tasks.spawn("square", square(pool, i, sum));
    real.run();
    CHECK(sum == 2686700);
}

TEST_CASE("a full queue refuses the next job at once", "[io][pool]") {
    Real real;
    Gate gate;
    Pool pool(1, 2);
    std::vector<std::string> log;
    real.tasks.spawn("running", hold(pool, gate, log));
    real.loop.post([&] {
        gate.wait_for_one_inside();
        for (int i = 0; i < 3; ++i)
            real.tasks.spawn("queued", hold(pool, gate, log));
        real.when([&] { return !log.empty(); }, [&] { gate.open(); });
    });
    real.run();
    REQUIRE(log.size() == 4);
    CHECK(log[0] == "too many requests");
    CHECK(log[3] == "held to the end");
}

TEST_CASE("cancelling drops a queued job and waits for a running one", "[io][pool]") {
    Real real;
    Gate gate;
    Pool pool(1, 10);
    std::vector<std::string> log;
    real.tasks.spawn("running", hold(pool, gate, log));
    real.loop.post([&] {
        gate.wait_for_one_inside();
        real.tasks.spawn("queued", hold(pool, gate, log));
        real.loop.post([&] { real.tasks.stop(); });
        real.when([&] { return !log.empty(); },
                  [&] {
                      CHECK(real.tasks.running() == 1);
                      gate.open();
                  });
    });
    real.run();
    CHECK(log == std::vector<std::string>{"canceled", "held to the end"});
}

TEST_CASE("a loop that ends waits for the running job that uses a coroutine's locals", "[io][pool]") {
    Gate gate;
    Pool pool(1, 10);
    std::vector<std::string> log;
    std::thread opener;
    {
        Real real;
        real.tasks.spawn("running", hold(pool, gate, log));
        real.loop.post([&] {
            gate.wait_for_one_inside();
            real.loop.stop();
        });
        real.loop.run();
        opener = std::thread([&] { gate.open(); });
    }
    opener.join();
    CHECK(log.empty());
}

TEST_CASE("an ending pool waits for what runs and cancels what is queued", "[io][pool]") {
    Real real;
    Gate gate;
    std::vector<std::string> log;
    auto pool = std::make_unique<Pool>(1, 10);
    std::thread opener;
    real.tasks.spawn("running", hold(*pool, gate, log));
    real.loop.post([&] {
        gate.wait_for_one_inside();
        real.tasks.spawn("queued", hold(*pool, gate, log));
        real.loop.post([&] {
            opener = std::thread([&] { gate.open(); });
            pool.reset();
        });
    });
    real.run();
    opener.join();
    REQUIRE(log.size() == 2);
    CHECK(std::count(log.begin(), log.end(), "held to the end") >= 1);
}

TEST_CASE("what a job throws reaches the coroutine", "[io][pool]") {
    Real real;
    Pool pool(1, 1);
    real.tasks.spawn("throws", throw_in_job(pool));
    real.run();
    REQUIRE(real.escaped);
    CHECK_THROWS_WITH(std::rethrow_exception(real.escaped), "job failed");
}

TEST_CASE("a pool of no threads runs jobs on the loop", "[io][pool]") {
    World world;
    Pool pool(0, 1);
    std::thread::id ran_on;
    world.run(inline_job(pool, ran_on));
    CHECK(ran_on == std::this_thread::get_id());
}

}  // namespace p2pc::io::testing
