#include "scenario/directory/world.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using model::EndReason;
using model::SessionId;
using model::SessionState;
using wire::pb::KIND_CHAT;
using wire::pb::KIND_FILES;
using wire::pb::KIND_MESSAGE;
using wire::pb::PROGRAM_CHAT;
using wire::pb::PROGRAM_RECEIVE;

namespace {

struct People {
    World world;
    Person alice{world.random, "alice", "laptop"};
    Person bob{world.random, "bob", "box"};

    People() {
        world.run([](People& p) -> asio::awaitable<void> {
            for (const Person& who : {p.alice, p.bob}) {
                Wire wire(p.world);
                const Status made = co_await wire.register_user(who);
                REQUIRE(made);
                co_await wire.leave();
            }
        }(*this));
    }
};

SessionId id_of(const std::string& bytes) {
    return *SessionId::from(as_bytes(bytes));
}

asio::awaitable<void> online(Wire& wire, Person who, wire::pb::Program program) {
    const Status told = co_await wire.log_in(who);
    REQUIRE(told);
    const Status up = co_await wire.announce(program, "memory://" + wire.host + ":2000");
    REQUIRE(up);
}

// `callee` is asked and answers.
asio::awaitable<std::string> asked(Wire& callee, bool take) {
    auto incoming = co_await callee.event(callee.world.soon());
    REQUIRE(incoming);
    REQUIRE(incoming->has_incoming_call());
    const std::string session = incoming->incoming_call().session();
    auto done = co_await callee.ask(answering(session, take));
    REQUIRE(done);
    co_return session;
}

asio::awaitable<SessionId> connected(Wire& caller, Wire& callee, std::string whom, wire::pb::Kind kind) {
    const std::uint64_t id = caller.send(calling(whom, kind));
    const std::string session = co_await asked(callee, true);
    auto opened = co_await caller.reply_to(id);
    REQUIRE(opened);
    REQUIRE(opened->has_call_opened());
    CHECK(opened->call_opened().session() == session);
    co_return id_of(session);
}

asio::awaitable<void> expect_failure(Wire& caller, ClientMessage call, Errc expected) {
    auto reply = co_await caller.ask(call);
    REQUIRE(!reply);
    CHECK(reply.error().code() == expected);
}

storage::SessionRecord record(World& world, const SessionId& id) {
    auto found = world.kept().find_session(id);
    REQUIRE(found);
    return *found;
}

}  // namespace

TEST_CASE("a call gives both ends a session, a ticket and each other", "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world, "10.0.0.1"), bob(p.world, "10.0.0.2");
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(bob, p.bob, PROGRAM_RECEIVE);
        const std::uint64_t id = alice.send(calling("bob", KIND_FILES));
        auto incoming = co_await bob.event(p.world.soon());
        REQUIRE(incoming);
        const auto call = incoming->incoming_call();
        CHECK(call.kind() == KIND_FILES);
        CHECK(call.ticket().size() == 32);
        CHECK(call.peer().user() == "alice");
        CHECK(call.peer().device() == "laptop");
        CHECK(call.peer().device_id() == p.alice.id.str());
        CHECK(call.peer().endpoints(0) == "memory://10.0.0.1:2000");
        CHECK(!call.peer().same_address());
        const auto list = p.alice.list(p.world.founding_key).sign(*p.alice.account);
        CHECK(call.peer().device_list() == as_text(list));
        auto not_asked = co_await alice.ask(answering(call.session(), true));
        REQUIRE(!not_asked);
        CHECK(not_asked.error().code() == Errc::not_found);
        auto answer = answering(call.session(), true);
        answer.mutable_call_answer()->add_endpoints("memory://10.0.0.2:3000");
        auto done = co_await bob.ask(answer);
        CHECK(done);
        auto opened = co_await alice.reply_to(id);
        REQUIRE(opened);
        CHECK(opened->call_opened().ticket() == call.ticket());
        CHECK(opened->call_opened().peer().user() == "bob");
        CHECK(opened->call_opened().peer().endpoints(0) == "memory://10.0.0.2:3000");
        CHECK(record(p.world, id_of(call.session())).state == SessionState::active);
        auto again = co_await bob.ask(answer);
        REQUIRE(!again);
        CHECK(again.error().code() == Errc::not_found);
    }(s));
}

TEST_CASE("who cannot be called: unknown, offline, another device, a program that takes no calls",
          "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), bob(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await expect_failure(alice, calling("ghost", KIND_CHAT), Errc::no_such_user);
        co_await expect_failure(alice, calling("bob", KIND_CHAT), Errc::peer_offline);
        co_await online(bob, p.bob, PROGRAM_RECEIVE);
        co_await expect_failure(alice, calling("bob", KIND_CHAT), Errc::peer_offline);
        co_await expect_failure(alice, calling("bob", KIND_FILES, "phone"), Errc::peer_offline);
        co_await expect_failure(alice, calling("bob", wire::pb::KIND_NONE), Errc::malformed);
        // Alone, one cannot even be called by oneself.
        co_await expect_failure(alice, calling("alice", KIND_CHAT), Errc::peer_offline);
    }(s));
}

TEST_CASE("a call goes on to the next instance, each with a ticket of its own, until all have passed",
          "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), old_chat(p.world), receive(p.world), new_chat(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(old_chat, p.bob, PROGRAM_CHAT);
        co_await online(receive, p.bob, PROGRAM_RECEIVE);
        co_await online(new_chat, p.bob, PROGRAM_CHAT);
        const std::uint64_t id = alice.send(calling("bob", KIND_FILES));
        const std::string first = co_await asked(receive, false);
        const std::string second = co_await asked(new_chat, false);
        CHECK(first != second);
        const std::string third = co_await asked(old_chat, false);
        CHECK(second != third);
        auto refused = co_await alice.reply_to(id);
        REQUIRE(!refused);
        CHECK(refused.error().code() == Errc::refused);
    }(s));
}

TEST_CASE("one who has asked too much still answers calls, and nothing that nobody asked",
          "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), bob(p.world, "10.0.0.2");
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(bob, p.bob, PROGRAM_RECEIVE);
        for (int n = 0; n < 60; ++n) {
            auto message = request();
            message.mutable_list_users();
            auto listed = co_await bob.ask(message);
            if (n == 59) REQUIRE(!listed);
        }
        const SessionId session = co_await connected(alice, bob, "bob", KIND_FILES);
        co_await expect_failure(bob, answering(std::string(as_text(session.view())), true), Errc::busy);
    }(s));
}

TEST_CASE("no answer in ten seconds is a pass, and one who leaves is none", "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), bob(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(bob, p.bob, PROGRAM_CHAT);
        const Instant began = p.world.loop.now();
        co_await expect_failure(alice, calling("bob", KIND_CHAT), Errc::refused);
        CHECK(p.world.loop.now() - began == 10s);
        auto incoming = co_await bob.event(p.world.soon());
        REQUIRE(incoming);
        auto gone = co_await bob.event(p.world.soon());
        REQUIRE(gone);
        CHECK(gone->call_gone().session() == incoming->incoming_call().session());

        const std::uint64_t id = alice.send(calling("bob", KIND_CHAT));
        auto asked_again = co_await bob.event(p.world.soon());
        REQUIRE(asked_again);
        bob.channel->abort();
        auto left = co_await alice.reply_to(id);
        REQUIRE(!left);
        CHECK(left.error().code() == Errc::peer_offline);
    }(s));
}

TEST_CASE("a caller who leaves or cancels takes the question back", "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire bob(p.world);
        co_await online(bob, p.bob, PROGRAM_CHAT);
        auto alice = std::make_unique<Wire>(p.world);
        co_await online(*alice, p.alice, PROGRAM_CHAT);
        const std::uint64_t id = alice->send(calling("bob", KIND_CHAT));
        auto first = co_await bob.event(p.world.soon());
        REQUIRE(first);
        auto cancel = request();
        cancel.mutable_call_cancel();
        auto done = co_await alice->ask(cancel);
        CHECK(done);
        static_cast<void>(id);
        auto gone = co_await bob.event(p.world.soon());
        REQUIRE(gone);
        CHECK(gone->call_gone().session() == first->incoming_call().session());
        alice->send(calling("bob", KIND_CHAT));
        auto second = co_await bob.event(p.world.soon());
        REQUIRE(second);
        alice.reset();
        auto left = co_await bob.event(p.world.soon());
        REQUIRE(left);
        CHECK(left->has_call_gone());
    }(s));
}

TEST_CASE("a message goes to the conversation with its sender first", "[scenario][directory][calls]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), talking(p.world), newer(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(talking, p.bob, PROGRAM_CHAT);
        co_await connected(alice, talking, "bob", KIND_CHAT);
        co_await online(newer, p.bob, PROGRAM_CHAT);
        co_await connected(alice, talking, "bob", KIND_MESSAGE);
        co_await connected(alice, newer, "bob", KIND_CHAT);
    }(s));
}

TEST_CASE("a session ends with the first report, and the other one amends it",
          "[scenario][directory][sessions]") {
    People s;
    s.world.run([](People& p) -> asio::awaitable<void> {
        Wire alice(p.world), bob(p.world), eve(p.world);
        const Person who(p.world.random, "eve", "x");
        const Status made = co_await eve.register_user(who);
        REQUIRE(made);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(bob, p.bob, PROGRAM_CHAT);
        const SessionId id = co_await connected(alice, bob, "bob", KIND_CHAT);
        const WallTime now = p.world.clock.wall();
        auto not_hers = co_await eve.ask(reporting(id.str(), wire::pb::END_CLOSED, now));
        REQUIRE(!not_hers);
        CHECK(not_hers.error().code() == Errc::refused);
        auto lost = co_await bob.ask(reporting(id.str(), wire::pb::END_LOST, now + 10 * 365 * 24h));
        CHECK(lost);
        CHECK(record(p.world, id).state == SessionState::ended);
        CHECK(record(p.world, id).reason == EndReason::lost);
        CHECK(*record(p.world, id).ended <= p.world.clock.wall());
        auto closed = co_await alice.ask(reporting(id.str(), wire::pb::END_CLOSED, now));
        CHECK(closed);
        CHECK(record(p.world, id).reason == EndReason::closed);
        CHECK(record(p.world, id).caller_report->reason == EndReason::closed);
        CHECK(record(p.world, id).callee_report->reason == EndReason::lost);
        auto query = request();
        query.mutable_sessions_query();
        auto sessions = co_await bob.ask(query);
        REQUIRE(sessions);
        REQUIRE(sessions->sessions().sessions_size() == 1);
        CHECK(sessions->sessions().sessions(0).caller() == "alice");
        CHECK(sessions->sessions().sessions(0).state() == wire::pb::SESSION_ENDED);
        CHECK(sessions->sessions().sessions(0).callee_report().bytes_in() == 5);
        auto none = co_await eve.ask(query);
        REQUIRE(none);
        CHECK(none->sessions().sessions_size() == 0);
    }(s));
}

TEST_CASE("a session whose both ends vanished ends lost after ten minutes, when it was last seen",
          "[scenario][directory][sessions]") {
    People s;
    SessionId id;
    WallTime last_seen;
    s.world.run([](People& p, SessionId& session, WallTime& seen) -> asio::awaitable<void> {
        Wire alice(p.world), bob(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        co_await online(bob, p.bob, PROGRAM_CHAT);
        session = co_await connected(alice, bob, "bob", KIND_CHAT);
        co_await bob.leave();
        CHECK(record(p.world, session).state == SessionState::unconfirmed);
        // While one end is there it stays, however long.
        co_await io::sleep_until(p.world.loop, p.world.loop.now() + 1s);
        seen = p.world.clock.wall();
        co_await alice.leave();
    }(s, id, last_seen));
    s.world.pass(9min);
    CHECK(record(s.world, id).state == SessionState::unconfirmed);
    s.world.pass(1min + 6s);
    CHECK(record(s.world, id).state == SessionState::ended);
    CHECK(record(s.world, id).reason == EndReason::lost);
    CHECK(*record(s.world, id).ended == last_seen);
    // And a report that comes days later amends the row.
    s.world.pass(48h);
    s.world.run([](People& p, SessionId session, WallTime ended) -> asio::awaitable<void> {
        Wire alice(p.world);
        co_await online(alice, p.alice, PROGRAM_CHAT);
        auto told = co_await alice.ask(reporting(session.str(), wire::pb::END_CLOSED, ended));
        CHECK(told);
    }(s, id, last_seen + 2h));
    CHECK(record(s.world, id).reason == EndReason::closed);
    CHECK(*record(s.world, id).ended == last_seen + 2h);
}

TEST_CASE("a conversation outlives the server: unconfirmed, then active when an end says it is up",
          "[scenario][directory][sessions]") {
    People t;
    auto alice = std::make_unique<Wire>(t.world);
    auto bob = std::make_unique<Wire>(t.world);
    SessionId id;
    t.world.run([](People& p, Wire& a, Wire& b, SessionId& session) -> asio::awaitable<void> {
        co_await online(a, p.alice, PROGRAM_CHAT);
        co_await online(b, p.bob, PROGRAM_CHAT);
        session = co_await connected(a, b, "bob", KIND_CHAT);
    }(t, *alice, *bob, id));
    t.world.kill();
    CHECK(record(t.world, id).state == SessionState::active);
    t.world.start();
    CHECK(record(t.world, id).state == SessionState::unconfirmed);
    CHECK(t.world.server->counts().sessions == 1);
    t.world.pass(9min);
    Wire back(t.world);
    t.world.run([](People& p, Wire& wire, SessionId session) -> asio::awaitable<void> {
        const Status told = co_await wire.log_in(p.alice);
        REQUIRE(told);
        std::vector<SessionId> up;
        up.push_back(session);
        const Status announced = co_await wire.announce(PROGRAM_CHAT, "memory://a:1", std::move(up));
        REQUIRE(announced);
    }(t, back, id));
    CHECK(record(t.world, id).state == SessionState::active);
    t.world.run([](People& p, Wire& wire) -> asio::awaitable<void> {
        // Kept alive by its heartbeats alone.
        auto nothing = co_await wire.event(p.world.loop.now() + 20min);
        CHECK(nothing.error().code() == Errc::timed_out);
    }(t, back));
    CHECK(record(t.world, id).state == SessionState::active);
}

TEST_CASE("a drained server ends its clients in order and has written everything",
          "[scenario][directory][sessions]") {
    People s;
    Wire alice(s.world), bob(s.world);
    SessionId id;
    s.world.run([](People& p, Wire& a, Wire& b, SessionId& session) -> asio::awaitable<void> {
        co_await online(a, p.alice, PROGRAM_CHAT);
        co_await online(b, p.bob, PROGRAM_CHAT);
        session = co_await connected(a, b, "bob", KIND_CHAT);
    }(s, alice, bob, id));
    const Instant began = s.world.loop.now();
    io::TaskGroup tasks(s.world.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    Errc ended{};
    tasks.spawn("alice", [](Wire& wire, Errc& how) -> asio::awaitable<void> {
        auto end = co_await wire.event(wire.world.soon());
        how = end ? Errc{} : end.error().code();
        wire.channel.reset();
    }(alice, ended));
    s.world.drain();
    CHECK(ended == Errc::closed);
    CHECK(s.world.loop.now() - began <= 5s);
    CHECK(record(s.world, id).state == SessionState::unconfirmed);
    CHECK(*s.world.kept().last_alive() == s.world.clock.wall());
    CHECK(s.world.server->counts().connections == 0);
}
