#include "io/acceptor.hpp"

#include <deque>
#include <p2pc/transport/text.hpp>

#include "world.hpp"

namespace p2pc::io::testing {
namespace {

using transport::Accepted;
using transport::IoStatus;

// What the next try_accepts say; the test keeps the script and looks at what is left.
class Script {
  public:
    std::deque<IoStatus> next;
    Errc error = Errc::busy;
    void (*call)(void*) = nullptr;
    void* context = nullptr;
    bool destroyed = false;
};

class ScriptListener final : public transport::Listener {
  public:
    explicit ScriptListener(Script& script) : script_(script) {}
    ~ScriptListener() override { script_.destroyed = true; }
    int poll_fd() noexcept override { return -1; }
    void on_ready(void (*call)(void*), void* context) noexcept override {
        script_.call = call;
        script_.context = context;
    }
    Accepted try_accept() noexcept override {
        if (script_.next.empty()) return {nullptr, IoStatus::want_read};
        const IoStatus status = script_.next.front();
        script_.next.pop_front();
        if (status != IoStatus::ok) return {nullptr, status};
        return {socket_pair().first.release(), IoStatus::ok};
    }
    transport::Address local() noexcept override { return {}; }
    transport::Failure failure() noexcept override {
        return transport::make_failure(script_.error, "accept failed");
    }

  private:
    Script& script_;
};

asio::awaitable<void> accept_all(Acceptor& acceptor, std::vector<std::string>& log) {
    for (;;) {
        const auto stream = co_await acceptor.accept();
        log.push_back(stream ? "accepted" : std::string(public_sentence(stream.error().code())));
        if (!stream) co_return;
    }
}

}  // namespace

TEST_CASE("an acceptor gives what comes and ends when it is closed", "[io][acceptor]") {
    World world;
    Script script;
    Acceptor acceptor(world.loop, std::make_unique<ScriptListener>(script));
    std::vector<std::string> log;
    world.tasks.spawn("accept", accept_all(acceptor, log));
    world.settle();
    CHECK(log.empty());
    script.next = {IoStatus::ok, IoStatus::ok};
    REQUIRE(script.call);
    script.call(script.context);
    world.settle();
    CHECK(log == std::vector<std::string>{"accepted", "accepted"});
    acceptor.close();
    acceptor.close();
    CHECK(script.destroyed);
    CHECK(script.call == nullptr);
    world.settle();
    CHECK(log.back() == "the connection was closed");
}

TEST_CASE("without descriptors accepting pauses from 50 ms to 1 s and recovers", "[io][acceptor]") {
    World world;
    Script script;
    // Each shortage is two tries: the refused one, and the one that drops the oldest waiting client.
    for (int i = 0; i < 7; ++i) {
        script.next.push_back(IoStatus::error);
        script.next.push_back(IoStatus::ok);
    }
    script.next.push_back(IoStatus::ok);
    const std::size_t before = open_descriptors();
    Acceptor acceptor(world.loop, std::make_unique<ScriptListener>(script));
    CHECK(open_descriptors() == before + 1);
    std::vector<std::string> log;
    const Instant start = world.loop.now();
    world.tasks.spawn("accept", accept_all(acceptor, log));
    world.loop.run_until(start + 50ms - 1ns);
    CHECK(script.next.size() == 13);
    world.loop.run_until(start + 50ms);
    CHECK(script.next.size() == 11);
    CHECK(world.until([&] { return !log.empty(); }));
    CHECK(log == std::vector<std::string>{"accepted"});
    CHECK(world.loop.now() == start + 50ms + 100ms + 200ms + 400ms + 800ms + 1s + 1s);
    CHECK(acceptor.shortages() == 7);
    CHECK(open_descriptors() == before + 1);
}

TEST_CASE("any other failure of the listener ends accepting", "[io][acceptor]") {
    World world;
    Script script;
    script.error = Errc::local_io;
    script.next = {IoStatus::error};
    Acceptor acceptor(world.loop, std::make_unique<ScriptListener>(script));
    std::vector<std::string> log;
    world.run(accept_all(acceptor, log));
    CHECK(log == std::vector<std::string>{"local input or output failed"});
}

TEST_CASE("closing or stopping ends an acceptor that waits or pauses", "[io][acceptor]") {
    const bool pausing = GENERATE(false, true);
    const bool stopping = GENERATE(false, true);
    World world;
    Script script;
    if (pausing) script.next = {IoStatus::error};
    auto acceptor = std::make_unique<Acceptor>(world.loop, std::make_unique<ScriptListener>(script));
    std::vector<std::string> log;
    world.tasks.spawn("accept", accept_all(*acceptor, log));
    world.settle();
    if (stopping) {
        world.tasks.stop();
    } else {
        acceptor.reset();
    }
    world.settle();
    CHECK(world.tasks.running() == 0);
    CHECK(log == std::vector<std::string>{stopping ? "canceled" : "the connection was closed"});
}

TEST_CASE("a flood of connections leaves others their turns", "[io][acceptor]") {
    World world;
    Script script;
    script.next.assign(500, IoStatus::ok);
    Acceptor acceptor(world.loop, std::make_unique<ScriptListener>(script));
    std::vector<std::string> log;
    std::size_t seen = 0;
    world.tasks.spawn("accept", accept_all(acceptor, log));
    world.loop.post([&] { seen = log.size(); });
    world.settle();
    CHECK(seen <= 64);
    CHECK(log.size() == 500);
}

}  // namespace p2pc::io::testing
