#include "pair.hpp"

using namespace p2pc;
using namespace p2pc::channel;
using namespace std::chrono_literals;
using p2pc::testing::Pair;

namespace {

struct Ends {
    explicit Ends(wire::Phase phase = wire::Phase::peer_link)
        : left(pair.loop, std::move(pair.opener)), right(pair.loop, std::move(pair.acceptor)) {
        left.enter(phase);
        right.enter(phase);
    }
    Pair pair;
    Channel left, right;
};

Bytes text_frame(const std::string& text) {
    wire::pb::PeerMessage message;
    message.mutable_text()->set_id(1);
    message.mutable_text()->set_text(text);
    return wire::frame(message);
}

asio::awaitable<void> exchange(Ends& ends, int count, int& got) {
    for (int i = 0; i < count; ++i)
        REQUIRE(ends.left.send(text_frame(std::string(1000, 'x'))));
    for (int i = 0; i < count; ++i) {
        auto frame = co_await ends.right.read(never);
        REQUIRE(frame);
        auto message = wire::parse_peer(frame->body());
        REQUIRE(message);
        if (message->text().text().size() == 1000) ++got;
    }
}

asio::awaitable<void> data_between_messages(Ends& ends, std::size_t size) {
    Bytes framed(Channel::data_headroom + size, std::byte{7});
    REQUIRE(ends.left.send(text_frame("before")));
    auto sent = co_await ends.left.send_data(3, 42, framed, never);
    REQUIRE(sent);
    REQUIRE(ends.left.send(text_frame("after")));
}

asio::awaitable<void> read_data_between(Ends& ends, std::size_t size, std::size_t spare) {
    auto before = co_await ends.right.read(never);
    REQUIRE(before);
    CHECK(before->type() == wire::FrameType::control);
    auto data = co_await ends.right.read(never);
    REQUIRE(data);
    REQUIRE(data->type() == wire::FrameType::data);
    CHECK(data->data().item == 3);
    CHECK(data->data().offset == 42);
    REQUIRE(data->data_size() == size);
    Bytes got(size + spare);
    const std::size_t first = size / 3;
    auto read = co_await ends.right.read_data(std::span(got).first(first), never, spare);
    REQUIRE(read);
    read = co_await ends.right.read_data(std::span(got).first(size).subspan(first), never, spare);
    REQUIRE(read);
    got.resize(size);
    CHECK(got == Bytes(size, std::byte{7}));
    auto after = co_await ends.right.read(never);
    REQUIRE(after);
    CHECK(after->type() == wire::FrameType::control);
}

// More than the link takes at once.
asio::awaitable<void> data_behind_many(Ends& ends, int count) {
    for (int i = 0; i < count; ++i)
        REQUIRE(ends.left.send(text_frame(std::string(1000, 'x'))));
    Bytes framed(Channel::data_headroom + 10, std::byte{7});
    auto sent = co_await ends.left.send_data(1, 0, framed, never);
    REQUIRE(sent);
}

asio::awaitable<void> read_many_and_data(Ends& ends, int count) {
    for (int i = 0; i < count; ++i) {
        auto frame = co_await ends.right.read(never);
        REQUIRE(frame);
        CHECK(frame->type() == wire::FrameType::control);
    }
    auto data = co_await ends.right.read(never);
    REQUIRE(data);
    CHECK(data->type() == wire::FrameType::data);
}

asio::awaitable<void> expect_error(Channel& channel, Errc code, Deadline by = never) {
    auto frame = co_await channel.read(by);
    REQUIRE_FALSE(frame);
    CHECK(frame.error().code() == code);
}

asio::awaitable<void> write_raw(io::Connection& connection, Bytes bytes) {
    auto done = co_await connection.write_all(bytes, never);
    REQUIRE(done);
}

}  // namespace

TEST_CASE("frames arrive whole and in order, also one byte at a time", "[channel]") {
    Ends ends;
    SECTION("as they come") {}
    SECTION("one byte at a time") {
        ends.pair.network.set_piece(1);
    }
    int got = 0;
    ends.pair.run(exchange(ends, 50, got));
    CHECK(got == 50);
}

TEST_CASE("data of any size lies between the control frames sent around it", "[channel]") {
    const std::size_t size = GENERATE(as<std::size_t>{}, 1, 16 * 1024, wire::max_data_bytes);
    const std::size_t spare = GENERATE(as<std::size_t>{}, 0, 1, Channel::data_headroom, 1000);
    // Only then does the reader find together what was sent one after the other.
    const bool all_there = GENERATE(false, true);
    INFO(size << " bytes, " << spare << " spare" << (all_there ? ", all there" : ""));
    Ends ends;
    io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("sender", data_between_messages(ends, size));
    if (all_there) ends.pair.loop.run_for(Duration::zero());
    ends.pair.run(read_data_between(ends, size, spare));
}

TEST_CASE("data waits for the control frames that are under way, and lies within none", "[channel]") {
    Ends ends;
    io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("sender", data_behind_many(ends, 200));
    ends.pair.run(read_many_and_data(ends, 200));
}

TEST_CASE("send refuses once the queue to a reader that does not read is full", "[channel]") {
    Ends ends;
    std::size_t queued = 0;
    const Bytes frame = text_frame(std::string(1000, 'x'));
    Status last;
    for (int i = 0; i < 1000 && last; ++i) {
        last = ends.left.send(frame);
        if (last) queued += frame.size();
    }
    REQUIRE_FALSE(last);
    CHECK(last.error().code() == Errc::limit);
    CHECK(queued <= 256 * 1024);
    CHECK(queued > 255 * 1024);
    // What is being written counts until all of it is.
    ends.pair.loop.run_for(1s);
    last = ends.left.send(frame);
    REQUIRE_FALSE(last);
    CHECK(last.error().code() == Errc::limit);
}

TEST_CASE("a link without a byte for 35 seconds is interrupted, beats keep an idle one alive", "[channel]") {
    Ends ends(wire::Phase::server_link);
    const auto began = ends.pair.loop.now();
    SECTION("cut") {
        ends.pair.network.cut("opener", "acceptor");
        ends.pair.run(expect_error(ends.right, Errc::interrupted));
        CHECK(ends.pair.loop.now() - began == 35s);
    }
    SECTION("cut one way only") {
        ends.pair.network.cut_one_way("opener", "acceptor");
        io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) {});
        tasks.spawn("left reads", expect_error(ends.left, Errc::timed_out, began + 300s));
        ends.pair.run(expect_error(ends.right, Errc::interrupted));
        CHECK(ends.pair.loop.now() - began == 35s);
    }
    SECTION("idle for an hour") {
        io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) {});
        tasks.spawn("left reads", expect_error(ends.left, Errc::timed_out, began + 3600s));
        ends.pair.run(expect_error(ends.right, Errc::timed_out, began + 3600s));
    }
}

TEST_CASE("a frame that comes in the moment a read gives up is there for the next read", "[channel]") {
    Ends ends;
    const auto began = ends.pair.loop.now();
    const auto read_twice = [](Channel& channel, Instant by) -> asio::awaitable<void> {
        auto none = co_await channel.read(by);
        if (!none) {
            REQUIRE(none.error().code() == Errc::timed_out);
            none = co_await channel.read(by + 1s);
        }
        CHECK(none);
    };
    // Registered before and after the reader's own timer.
    const bool first = GENERATE(true, false);
    const auto say = [&] { REQUIRE(ends.left.send(text_frame("now"))); };
    if (first) ends.pair.loop.at(began + 3s, say);
    io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("reader", read_twice(ends.right, began + 3s));
    ends.pair.loop.run_for(1s);
    if (!first) ends.pair.loop.at(began + 3s, say);
    ends.pair.loop.run_for(3s);
    CHECK(tasks.running() == 0);
}

TEST_CASE("a reader that was busy for an hour finds what came, and a half frame may still be completed",
          "[channel]") {
    Pair pair;
    Channel right(pair.loop, std::move(pair.acceptor));
    right.enter(wire::Phase::peer_link);
    Bytes bytes = text_frame("first");
    append(bytes, text_frame("second"));
    const Bytes last = {bytes.back()};
    bytes.pop_back();
    io::TaskGroup tasks(pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("writer", write_raw(*pair.opener, bytes));
    const auto read_one = [](Channel& channel) -> asio::awaitable<void> {
        auto frame = co_await channel.read(never);
        CHECK(frame);
    };
    pair.run(read_one(right));
    pair.loop.run_for(1h);
    SECTION("and it is") {
        tasks.spawn("writer", write_raw(*pair.opener, last));
        pair.run(read_one(right));
    }
    SECTION("but in time") {
        const auto began = pair.loop.now();
        pair.run(expect_error(right, Errc::malformed));
        CHECK(pair.loop.now() - began == 10s);
    }
}

TEST_CASE("of a stranger no more is read than a hello may be, of somebody proven more", "[channel]") {
    Pair pair;
    Channel right(pair.loop, std::move(pair.acceptor));
    const Bytes longest = wire::make_frame(wire::FrameType::hello, Bytes(wire::max_opening - 1));
    Bytes bytes = longest;
    append(bytes, longest);
    io::TaskGroup tasks(pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("writer", write_raw(*pair.opener, bytes));
    const auto read_one = [](Channel& channel) -> asio::awaitable<void> {
        auto frame = co_await channel.read(never);
        CHECK(frame);
    };
    pair.run(read_one(right));
    CHECK(right.bytes_in() <= longest.size());
    pair.run(read_one(right));
    right.enter(wire::Phase::peer_link);
    bytes = text_frame(std::string(1000, 'x'));
    for (int i = 0; i < 7; ++i)
        append(bytes, text_frame(std::string(1000, 'x')));
    tasks.spawn("writer", write_raw(*pair.opener, bytes));
    pair.run(read_one(right));
    CHECK(right.bytes_in() == 2 * longest.size() + bytes.size());
}

TEST_CASE("a link whose limits change beats at the new pace at once", "[channel]") {
    Ends ends;
    ChannelLimits limits;
    limits.beat = 2s;
    ends.left.set_limits(limits);
    ends.left.set_beat_state(wire::BeatState::asking);
    io::TaskGroup tasks(ends.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("reader", expect_error(ends.right, Errc::timed_out, ends.pair.loop.now() + 3s));
    ends.pair.loop.run_for(3s);
    CHECK(ends.right.peer_state() == wire::BeatState::asking);
}

TEST_CASE("our own beats are no progress, and a message of ours is", "[channel]") {
    Ends ends;
    const auto began = ends.left.last_progress();
    ends.pair.network.cut("opener", "acceptor");
    ends.pair.loop.run_for(12s);
    CHECK(ends.left.last_progress() == began);
    REQUIRE(ends.left.send(text_frame("hello")));
    ends.pair.loop.run_for(1s);
    CHECK(ends.left.last_progress() == began + 12s);
}

TEST_CASE("a control frame that takes more than ten seconds ends the connection", "[channel]") {
    Pair pair;
    Channel right(pair.loop, std::move(pair.acceptor));
    right.enter(wire::Phase::peer_link);
    const auto began = pair.loop.now();
    io::TaskGroup tasks(pair.loop, [](std::string_view, std::exception_ptr) {});
    Bytes half = text_frame("half a frame");
    half.resize(half.size() - 1);
    tasks.spawn("writer", write_raw(*pair.opener, half));
    pair.run(expect_error(right, Errc::malformed));
    CHECK(pair.loop.now() - began <= 10s + 1ms);
}

TEST_CASE("an end between frames is closed, an end within one is interrupted", "[channel]") {
    Pair pair;
    Channel right(pair.loop, std::move(pair.acceptor));
    right.enter(wire::Phase::peer_link);
    Bytes bytes = text_frame("whole");
    Errc expected = Errc::closed;
    SECTION("between") {
        bytes.clear();
    }
    SECTION("within") {
        bytes.resize(bytes.size() - 1);
        expected = Errc::interrupted;
    }
    auto end = [](io::Connection& connection, Bytes first) -> asio::awaitable<void> {
        auto done = co_await connection.write_all(first, never);
        REQUIRE(done);
        done = co_await connection.finish(never);
        REQUIRE(done);
    };
    io::TaskGroup tasks(pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("writer", end(*pair.opener, bytes));
    pair.run(expect_error(right, expected));
}
