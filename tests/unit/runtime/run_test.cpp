#include "runtime/run.hpp"

#include <signal.h>

#include <catch2/catch.hpp>
#include <stdexcept>
#include <system_error>

#include "io/event.hpp"
#include "io/sleep.hpp"

using namespace p2pc;
using namespace p2pc::runtime;

namespace {

class Process {
  public:
    Process() : services(Environment{}, home_paths(), rendezvous::DialOptions{}), done(services.loop()) {}
    Services services;
    io::Event done;

  private:
    static home::HomePaths home_paths() {
        home::HomeEnvironment environment;
        environment.p2pc_home = "/nonexistent";
        return *home::HomePaths::resolve(std::nullopt, environment);
    }
};

asio::awaitable<int> answer(int code) {
    co_return code;
}

asio::awaitable<int> refused() {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    co_return 0;
}

asio::awaitable<int> bug() {
    co_await asio::this_coro::executor;
    throw std::runtime_error("a bug");
}

// Waits until it is told to end, 5, or is cancelled, which it learns at its next step.
asio::awaitable<int> until_done(Process& process) {
    [[maybe_unused]] const auto woken = co_await process.done.wait();
    co_await io::next_turn(process.services.loop());
    co_return 5;
}

asio::awaitable<int> signalled(Process& process, int number) {
    ::raise(number);
    auto code = co_await until_done(process);
    co_return code;
}

asio::awaitable<int> hung_up_then_terminated(Process& process) {
    ::raise(SIGHUP);
    auto code = co_await signalled(process, SIGTERM);
    co_return code;
}

asio::awaitable<int> reader_gone(Process& process) {
    process.services.signals().deliver(SIGPIPE);
    auto code = co_await until_done(process);
    co_return code;
}

}  // namespace

TEST_CASE("a command's code comes out, run after run", "[runtime][run]") {
    Process process;
    CHECK(*run(process.services, answer(3)) == 3);
    CHECK(*run(process.services, answer(4)) == 4);
}

TEST_CASE("what escapes from a command is an internal error with its text", "[runtime][run]") {
    Process process;
    const auto ended = run(process.services, bug());
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code() == Errc::internal);
    CHECK(ended.error().detail() == "a bug");
    CHECK(*run(process.services, answer(3)) == 3);
}

TEST_CASE("what the system refuses a command is no bug", "[runtime][run]") {
    Process process;
    const auto ended = run(process.services, refused());
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code() == Errc::local_io);
    CHECK_THAT(ended.error().detail(), Catch::Contains("Resource temporarily unavailable"));
}

TEST_CASE("a signal cancels a command that has no word for it", "[runtime][run]") {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        Process process;
        const auto ended = run(process.services, signalled(process, number));
        REQUIRE_FALSE(ended);
        CHECK(ended.error().code() == Errc::canceled);
        CHECK(process.services.signals().caught() == number);
    }
}

TEST_CASE("a command that handles the signal ends in order, and may have it forgiven", "[runtime][run]") {
    Process process;
    auto& signals = process.services.signals();
    int seen = 0;
    signals.on_stop([&](int number) {
        seen = number;
        process.done.set();
    });
    CHECK(*run(process.services, signalled(process, SIGTERM)) == 5);
    CHECK(seen == SIGTERM);
    CHECK(signals.caught() == SIGTERM);
    signals.forgive();
    CHECK(signals.caught() == 0);
}

TEST_CASE("a handler lives as long as the run it was made for", "[runtime][run]") {
    Process process;
    process.services.signals().on_stop([](int) { FAIL("called in a later run"); });
    CHECK(*run(process.services, answer(0)) == 0);
    CHECK_FALSE(run(process.services, signalled(process, SIGTERM)));
}

TEST_CASE("a reader that is gone ends a command as SIGPIPE would", "[runtime][run]") {
    Process process;
    CHECK_FALSE(run(process.services, reader_gone(process)));
    CHECK(process.services.signals().caught() == SIGPIPE);
}

TEST_CASE("a signal that was ignored stays ignored", "[runtime][run]") {
    Process process;
    auto* const before = ::signal(SIGHUP, SIG_IGN);
    std::vector<int> seen;
    process.services.signals().on_stop([&](int number) {
        seen.push_back(number);
        process.done.set();
    });
    CHECK(*run(process.services, hung_up_then_terminated(process)) == 5);
    CHECK(seen == std::vector<int>{SIGTERM});
    struct sigaction now {};
    ::sigaction(SIGHUP, nullptr, &now);
    CHECK(now.sa_handler == SIG_IGN);
    ::signal(SIGHUP, before);
}

TEST_CASE("what the services give is one of each and belongs together", "[runtime][services]") {
    Process process;
    CHECK(&process.services.pool() == &process.services.pool());
    CHECK(&process.services.sign_in().dialer == &process.services.dialer());
    CHECK(&process.services.dialer().pool() == &process.services.pool());
}
