// Frames to the server, as docs/protocol.md limits them: each hostile input, and that the server lives on.
#include "scenario/directory/world.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

struct Fate {
    std::size_t answered = 0;  // bytes
    Duration lasted{};
};

// Writes `bytes`, pausing before each next one where there is a pause, until the server ends it.
asio::awaitable<void> throw_at(World& world, Bytes bytes, Duration pause, Fate& fate) {
    auto connection = co_await world.dial("10.6.6.6");
    REQUIRE(connection);
    const Instant began = world.loop.now();
    if (pause == Duration::zero()) {
        auto sent = co_await connection->write_all(bytes, world.soon());
        static_cast<void>(sent);
    } else {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const BytesView one(&bytes[i], 1);
            auto sent = co_await connection->write_all(one, world.soon());
            if (!sent) break;
            co_await io::sleep_until(world.loop, world.loop.now() + pause);
            if (world.server->counts().connections == 0) break;
        }
    }
    for (;;) {
        ByteArray<512> room;
        auto got = co_await connection->read_some(room, world.soon());
        if (!got) break;
        fate.answered += *got;
    }
    fate.lasted = world.loop.now() - began;
}

Fate fate_of(World& world, Bytes bytes, Duration pause = Duration::zero()) {
    Fate fate;
    world.run(throw_at(world, std::move(bytes), pause, fate));
    return fate;
}

Bytes header(std::uint32_t length, std::uint8_t type) {
    Bytes bytes;
    append_be(bytes, length);
    bytes.push_back(std::byte{type});
    return bytes;
}

Bytes text(std::string_view of) {
    const BytesView view = as_bytes(of);
    return {view.begin(), view.end()};
}

asio::awaitable<void> register_ok(World& world, Person who) {
    Wire wire(world);
    const Status made = co_await wire.register_user(who);
    REQUIRE(made);
    co_await wire.leave();
}

asio::awaitable<void> works(World& world, Person who) {
    Wire wire(world);
    const Status told = co_await wire.log_in(who);
    REQUIRE(told);
    auto message = request();
    message.mutable_list_users();
    auto users = co_await wire.ask(message);
    CHECK(users);
    co_await wire.leave();
}

// After a login: the frame is sent, and the connection must end.
asio::awaitable<void> cut_after(World& world, Person who, Bytes frame) {
    Wire wire(world);
    const Status told = co_await wire.log_in(who);
    REQUIRE(told);
    const auto sent = wire.channel->send(std::move(frame));
    REQUIRE(sent);
    auto end = co_await wire.event(world.soon());
    REQUIRE(!end);
    CHECK(end.error().code() != Errc::timed_out);
}

}  // namespace

TEST_CASE("what is no hello ends the connection at once, without a byte of ours",
          "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    Bytes noise(4096);
    world.random.fill(noise);
    noise[0] = std::byte{0xff};
    Bytes early = header(3, 4);  // CONTROL before HELLO
    append(early, text("\x08\x01"));
    const std::pair<const char*, Bytes> rows[] = {
        {"length 2^32-1", header(UINT32_MAX, 1)},
        {"length 0", header(0, 1)},
        {"shorter than a hello", header(1, 1)},
        {"4097 before login", header(4097, 1)},
        {"unknown type", header(10, 99)},
        {"DATA", header(100, 6)},
        {"HTTP", text("GET / HTTP/1.1\r\nHost: x\r\n\r\n")},
        {"SSH", text("SSH-2.0-OpenSSH_9.2\r\n")},
        {"TLS 1.2", text({"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11})},
        {"noise", noise},
        {"a request before login", early},
    };
    for (const auto& [what, bytes] : rows) {
        INFO(what);
        const Fate fate = fate_of(world, bytes);
        CHECK(fate.answered == 0);
        CHECK(fate.lasted < 1s);
    }
    CHECK(world.log.count("not logged in") == std::size(rows));
    world.run(works(world, alice));
}

TEST_CASE("log lines about strangers are limited", "[scenario][directory][frames]") {
    World world;
    for (int i = 0; i < 200; ++i)
        fate_of(world, header(0, 1));
    CHECK(world.log.count("not logged in") < 70);
}

TEST_CASE("a byte each five seconds is ended at ten, and so is silence", "[scenario][directory][frames]") {
    World world;
    const Fate slow = fate_of(world, header(66, 1), 5s);
    CHECK(slow.answered == 0);
    CHECK(slow.lasted >= 10s);
    CHECK(slow.lasted <= 15s);
    const Fate silent = fate_of(world, {});
    CHECK(silent.lasted == 10s);
}

TEST_CASE("a malformed message after login ends the connection, and only that one",
          "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto control = [](std::string_view body) {
        return wire::make_frame(wire::FrameType::control, text(body));
    };
    const Bytes rows[] = {
        control("\x08"),                                           // truncated
        control(std::string_view("\x08\x01\x00", 3)),              // trailing
        control("\x08\x01\x08\x02\x32"),                           // a field twice, and truncated
        control("\x08\x01\x08\x02"),                               // a field twice
        control("\x0a\x01\x01"),                                   // id with another wire type
        control("\x08\x01\x32\x02\x08"),                           // truncated inside
        control(std::string_view("\x08\x01\x32\x02\x08\x00", 6)),  // a default, encoded
        control(std::string_view("\x32\x00", 2)),                  // no id
        header(65537, 4),
        header(0, 4),
        wire::make_frame(wire::FrameType::hello, text("\x08\x01")),  // out of its time
        // a request, but in a frame that only a server sends
        wire::make_frame(wire::FrameType::refuse, text({"\x08\x02\x32\x00", 4})),
    };
    for (const auto& frame : rows)
        world.run(cut_after(world, alice, frame));
    world.run(works(world, alice));
}

TEST_CASE("an unknown request is unsupported, and the connection goes on", "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        auto unknown = co_await wire.ask(request());
        REQUIRE(!unknown);
        CHECK(unknown.error().code() == Errc::unsupported);
        auto message = request();
        message.mutable_list_users();
        auto users = co_await wire.ask(message);
        CHECK(users);
    }(world, alice));
}

TEST_CASE("SQL in every field is stored and compared literally, or refused",
          "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        const std::string sql = "';DROP/**/TABLE/**/accounts;--";
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        auto info = request();
        info.mutable_user_info()->set_user(sql);
        auto shown = co_await wire.ask(info);
        REQUIRE(!shown);
        CHECK(shown.error().code() == Errc::malformed);
        auto called = co_await wire.ask(calling(sql, wire::pb::KIND_CHAT));
        REQUIRE(!called);
        CHECK(called.error().code() == Errc::malformed);
        const Status announced = co_await wire.announce(wire::pb::PROGRAM_CHAT, "memory://" + sql);
        CHECK(announced);
        auto own = request();
        own.mutable_user_info()->set_user("alice");
        auto view = co_await wire.ask(own);
        REQUIRE(view);
        CHECK(view->users().users(0).devices(0).endpoints(0) == "memory://" + sql);
    }(world, alice));
}

TEST_CASE("a client gets its burst of requests, then busy, and again as time passes",
          "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        int served = 0;
        for (int i = 0; i < 60; ++i) {
            auto message = request();
            message.mutable_list_users();
            auto reply = co_await wire.ask(message);
            if (reply) ++served;
        }
        CHECK(served == 50);
        CHECK(wire.retry_after_ms > 0);
        co_await io::sleep_until(w.loop, w.loop.now() + 1s);
        served = 0;
        for (int i = 0; i < 60; ++i) {
            auto message = request();
            message.mutable_list_users();
            auto reply = co_await wire.ask(message);
            if (reply) ++served;
        }
        CHECK(served == 20);
    }(world, alice));
}

TEST_CASE("a hundred thousand requests whose replies nobody reads end that client alone",
          "[scenario][directory][frames]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w, "10.6.6.6");
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        Bytes many;
        for (std::uint64_t i = 2; i < 100'002; ++i) {
            auto message = request();
            message.set_id(i);
            message.mutable_list_users();
            append(many, wire::frame(message));
        }
        auto sent = co_await wire.channel->connection().write_all(many, w.soon());
        CHECK(!sent);
    }(world, alice));
    CHECK(world.log.count("queue full") == 1);
    world.run(works(world, alice));
}

TEST_CASE("what may wait for a client that does not read is as it was set", "[scenario][directory][frames]") {
    directory::ServerOptions options;
    options.limits.client_queue = 64;
    World world(options);
    const Person alice(world.random, "alice", "laptop");
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.register_user(who);
        CHECK(!told);
    }(world, alice));
    CHECK(world.log.count("queue full") == 1);
}

TEST_CASE("at the limit the oldest stranger of the fullest source goes, never who logged in",
          "[scenario][directory][frames]") {
    directory::ServerOptions options;
    options.limits.connections = 4;
    World world(options);
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire known(w, "10.0.0.9");
        const Status told = co_await known.log_in(who);
        REQUIRE(told);
        auto a1 = co_await w.dial("10.0.0.1");
        auto a2 = co_await w.dial("10.0.0.1");
        auto b = co_await w.dial("10.0.0.2");
        co_await io::sleep_until(w.loop, w.loop.now() + 1s);
        REQUIRE(w.server->counts().connections == 4);
        Wire late(w, "10.0.0.3");
        const Status second = co_await late.log_in(who);
        CHECK(second);
        ByteArray<1> room;
        auto oldest = co_await a1->read_some(room, w.loop.now() + 1s);
        REQUIRE(!oldest);
        CHECK(oldest.error().code() != Errc::timed_out);
        auto younger = co_await a2->read_some(room, w.loop.now() + 1s);
        REQUIRE(!younger);
        CHECK(younger.error().code() == Errc::timed_out);
        auto other = co_await b->read_some(room, w.loop.now() + 1s);
        REQUIRE(!other);
        CHECK(other.error().code() == Errc::timed_out);
        auto message = request();
        message.mutable_list_users();
        auto users = co_await known.ask(message);
        CHECK(users);
    }(world, alice));
}

TEST_CASE("an unbound transport beyond loopback is refused without a byte, unless the operator allows it",
          "[scenario][directory][frames]") {
    directory::ServerOptions options;
    options.plain =
        GENERATE(directory::PlainBeyondLoopback::refused, directory::PlainBeyondLoopback::allowed);
    World world(options, Bound::no);
    world.network.set_reach("10.6.6.6", transport::Reach::global);
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const Fate fate = fate_of(world, {});
    CHECK(fate.answered == 0);
    CHECK((fate.lasted < 1s) == (options.plain == directory::PlainBeyondLoopback::refused));
}
