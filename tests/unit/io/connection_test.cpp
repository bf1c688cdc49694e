#include "io/connection.hpp"

#include "io/sleep.hpp"
#include "world.hpp"

namespace p2pc::io::testing {
namespace {

enum class Kind { sockets, memory };

class Pair {
  public:
    Pair(World& world, Kind kind)
        : network_([&world](std::function<void()> call) { world.loop.post(std::move(call)); }),
          streams_(kind == Kind::sockets ? socket_pair() : memory_pair(network_)),
          near(world.loop, std::move(streams_.first)),
          far(world.loop, std::move(streams_.second)) {}

  private:
    p2pc::testing::MemoryNetwork network_;
    std::pair<std::unique_ptr<transport::Stream>, std::unique_ptr<transport::Stream>> streams_;

  public:
    Connection near;
    Connection far;
};

std::string text_of(const Status& status) {
    return status ? "ok" : std::string(public_sentence(status.error().code()));
}

asio::awaitable<void> write_and_finish(Connection& to, const Bytes& bytes) {
    const Status written = co_await to.write_all(bytes, never);
    CHECK(written);
    const Status finished = co_await to.finish(never);
    CHECK(finished);
}

asio::awaitable<void> read_to_end(Connection& from, Bytes& into) {
    Bytes buffer(100000);
    for (;;) {
        const auto count = co_await from.read_some(buffer, never);
        if (!count) {
            CHECK(count.error().code() == Errc::closed);
            break;
        }
        append(into, BytesView(buffer).first(*count));
    }
}

asio::awaitable<void> read_once(Connection& from, Deadline by, std::vector<std::string>& log) {
    Bytes buffer(16);
    const auto count = co_await from.read_some(buffer, by);
    log.push_back(count ? std::to_string(*count) : std::string(public_sentence(count.error().code())));
}

asio::awaitable<void> wait_readable(Connection& from, Deadline by, std::vector<std::string>& log) {
    const Status status = co_await from.wait_readable(by);
    log.push_back(text_of(status));
}

asio::awaitable<void> write_for_ever(Connection& to, Deadline by, std::vector<std::string>& log) {
    const Bytes bytes(8u << 20);
    const Status status = co_await to.write_all(bytes, by);
    log.push_back(text_of(status));
}

asio::awaitable<void> write_text(Connection& to, std::string text) {
    const Status written = co_await to.write_all(as_bytes(text), never);
    CHECK(written);
}

}  // namespace

TEST_CASE("both directions carry megabytes at once, whole", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    Pair pair(world, kind);
    const Bytes there = pattern(3u << 20);
    const Bytes back = pattern((2u << 20) + 1);
    Bytes got_there;
    Bytes got_back;
    world.tasks.spawn("a", write_and_finish(pair.near, there));
    world.tasks.spawn("b", write_and_finish(pair.far, back));
    world.tasks.spawn("c", read_to_end(pair.far, got_there));
    world.tasks.spawn("d", read_to_end(pair.near, got_back));
    CHECK(world.until([&] { return world.tasks.running() == 0; }));
    CHECK((got_there == there));
    CHECK((got_back == back));
    CHECK(pair.near.bytes_out() == there.size());
    CHECK(pair.far.bytes_in() == there.size());
    CHECK(pair.near.bytes_in() == back.size());
}

TEST_CASE("a read, a write and an idle wait end at their deadlines", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    Pair pair(world, kind);
    std::vector<std::string> log;
    const Instant start = world.loop.now();
    world.run(read_once(pair.near, start + 1s, log));
    CHECK(world.loop.now() == start + 1s);
    world.run(wait_readable(pair.near, start + 2s, log));
    CHECK(world.loop.now() == start + 2s);
    world.run(write_for_ever(pair.near, start + 3s, log));
    CHECK(world.loop.now() == start + 3s);
    CHECK(log == std::vector<std::string>{"timed out", "timed out", "timed out"});
    // The wait that timed out does not spoil the next.
    world.tasks.spawn("write", write_text(pair.far, "late"));
    world.run(read_once(pair.near, never, log));
    CHECK(log.back() == "4");
}

TEST_CASE("a deadline that has passed wins over bytes that are there", "[io][connection]") {
    World world;
    Pair pair(world, Kind::sockets);
    std::vector<std::string> log;
    world.run(write_text(pair.far, "hello"));
    world.run(read_once(pair.near, world.loop.now(), log));
    world.run(read_once(pair.near, world.loop.now() + 1ns, log));
    CHECK(log == std::vector<std::string>{"timed out", "5"});
}

TEST_CASE("an idle wait completes when bytes arrive and needs no buffer before", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    Pair pair(world, kind);
    std::vector<std::string> log;
    Bytes buffer(16);
    // New streams may hold bytes: the first wait lets one try.
    world.run(wait_readable(pair.near, never, log));
    CHECK(pair.near.try_read(buffer).value() == 0);
    world.tasks.spawn("wait", wait_readable(pair.near, never, log));
    world.settle();
    CHECK(log.size() == 1);
    world.run(write_text(pair.far, "hello"));
    world.settle();
    CHECK(log.size() == 2);
    // Nobody read: the bytes are still there for the next wait.
    world.run(wait_readable(pair.near, world.loop.now() + 1s, log));
    CHECK(log.back() == "ok");
    CHECK(pair.near.try_read(buffer).value() == 5);
    // After a read that gave bytes, more may be buffered.
    world.run(wait_readable(pair.near, never, log));
    CHECK(pair.near.try_read(buffer).value() == 0);
}

TEST_CASE("abort wakes reader and writer and closes the descriptor", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    const std::size_t before = open_descriptors();
    {
        World world;
        Pair pair(world, kind);
        std::vector<std::string> log;
        world.tasks.spawn("read", read_once(pair.near, never, log));
        world.tasks.spawn("write", write_for_ever(pair.near, never, log));
        world.settle();
        CHECK(log.empty());
        pair.near.abort();
        pair.near.abort();
        CHECK_FALSE(pair.near.open());
        world.settle();
        CHECK(log == std::vector<std::string>{"the connection was closed", "the connection was closed"});
        world.run(read_once(pair.near, never, log));
        CHECK(log.back() == "the connection was closed");
        Bytes buffer(1);
        CHECK(pair.near.try_read(buffer).error().code() == Errc::closed);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a connection may be destroyed under its reader and writer", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    std::vector<std::string> log;
    auto pair = std::make_unique<Pair>(world, kind);
    world.tasks.spawn("read", read_once(pair->near, never, log));
    world.tasks.spawn("idle", wait_readable(pair->far, never, log));
    world.tasks.spawn("write", write_for_ever(pair->near, never, log));
    world.settle();
    log.clear();
    pair.reset();
    world.settle();
    CHECK(world.tasks.running() == 0);
    CHECK(log == std::vector<std::string>{"the connection was closed", "the connection was closed"});
}

TEST_CASE("a stopped group ends at a read, a write and an idle wait", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    std::vector<std::string> log;
    Pair pair(world, kind);
    world.run(read_once(pair.far, world.loop.now() + 1s, log));
    world.tasks.spawn("read", read_once(pair.near, never, log));
    world.tasks.spawn("write", write_for_ever(pair.near, never, log));
    world.settle();
    world.tasks.spawn("idle", wait_readable(pair.far, never, log));
    world.settle();
    log.clear();
    pair.far.abort();
    world.tasks.stop();
    world.settle();
    CHECK(world.tasks.running() == 0);
    CHECK(world.escaped.empty());
}

TEST_CASE("a released stream works on in another connection", "[io][connection]") {
    const Kind kind = GENERATE(Kind::sockets, Kind::memory);
    World world;
    Pair pair(world, kind);
    std::vector<std::string> log;
    world.tasks.spawn("read", read_once(pair.near, never, log));
    world.settle();
    auto stream = pair.near.release();
    REQUIRE(stream);
    CHECK(pair.near.release() == nullptr);
    world.settle();
    CHECK(log == std::vector<std::string>{"the connection was closed"});
    Connection again(world.loop, std::move(stream));
    world.tasks.spawn("read", read_once(again, never, log));
    world.settle();
    world.run(write_text(pair.far, "more"));
    world.settle();
    CHECK(log.back() == "4");
}

TEST_CASE("the other side's end is closed, its reset is the stream's own error", "[io][connection]") {
    World world;
    p2pc::testing::MemoryNetwork network(
        [&world](std::function<void()> call) { world.loop.post(std::move(call)); });
    auto streams = memory_pair(network);
    Connection near(world.loop, std::move(streams.first));
    std::vector<std::string> log;
    world.tasks.spawn("read", read_once(near, never, log));
    world.settle();
    streams.second.reset();
    world.settle();
    CHECK(log == std::vector<std::string>{"the link was lost"});
}

TEST_CASE("a reader that always finds bytes lets others have their turns", "[io][connection]") {
    World world;
    auto streams = socket_pair();
    Connection near(world.loop, std::move(streams.first));
    Connection far(world.loop, std::move(streams.second));
    const Bytes sent = pattern(150000);
    bool ran = false;
    std::uint64_t seen = 0;
    world.tasks.spawn("write", write_and_finish(far, sent));
    world.loop.run_until([&] { return far.bytes_out() >= 100000; });
    world.tasks.spawn("read", [](Connection& from) -> asio::awaitable<void> {
        Bytes byte(1);
        while (co_await from.read_some(byte, never)) {
        }
    }(near));
    world.loop.post([&] {
        ran = true;
        seen = near.bytes_in();
    });
    CHECK(world.until([&] { return ran; }));
    CHECK(seen <= 128);
    CHECK(world.until([&] { return world.tasks.running() == 0; }));
    CHECK(near.bytes_in() == sent.size());
}

TEST_CASE("a loop that ends closes the streams of the coroutines in it", "[io][connection]") {
    const std::size_t before = open_descriptors();
    base::ManualClock clock;
    {
        VirtualLoop loop(clock);
        TaskGroup tasks(loop, nullptr);
        auto streams = socket_pair();
        tasks.spawn("reader", [](Loop& on, std::unique_ptr<transport::Stream> mine) -> asio::awaitable<void> {
            Connection connection(on, std::move(mine));
            Bytes buffer(1);
            [[maybe_unused]] const auto count = co_await connection.read_some(buffer, never);
            FAIL("woke up in a loop that is gone");
        }(loop, std::move(streams.first)));
        loop.run_for(1s);
    }
    CHECK(open_descriptors() == before);
}

}  // namespace p2pc::io::testing
