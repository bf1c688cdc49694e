// Sessions and their log, whoever goes away meanwhile (docs/protocol.md, "Calls and sessions").
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using model::EndReason;
using model::SessionState;

namespace {

struct Two {
    explicit Two(WorldOptions options = {}) : world(options), alice(world, "alice"), bob(world, "bob") {
        come_online(alice);
        come_online(bob);
        met = meet(alice, bob);
    }
    model::SessionId id() const { return met.caller->id(); }
    storage::SessionRecord record() { return record_of(world, id()); }
    // Bob's end hears the Close and hangs up as well.
    void hang_up_both() {
        const auto id_now = id();
        std::vector<asio::awaitable<void>> both;
        both.push_back(hang_up(alice, *met.caller, EndReason::closed));
        both.push_back(hang_up(bob, *met.callee, EndReason::closed));
        world.run_all(std::move(both));
        met.caller.reset();
        met.callee.reset();
        ended = id_now;
    }
    World world;
    Person alice, bob;
    Meeting met;
    model::SessionId ended;
};

asio::awaitable<void> chat_for(World& world, Meeting& met, Duration span) {
    const Instant end = world.loop.now() + span;
    while (world.loop.now() < end) {
        co_await say(*met.caller, *met.callee, "are you there?");
        co_await say(*met.callee, *met.caller, "yes");
        // In the meantime only beats; reading is what hears them.
        auto nothing = co_await met.caller->link().read(world.loop.now() + 20s);
        REQUIRE(!nothing);
        REQUIRE(nothing.error().code() == Errc::timed_out);
    }
}

asio::awaitable<void> until_broken(Person& person, peer::Session& session, Error& why) {
    auto frame = co_await session.link().read(never);
    REQUIRE(!frame);
    why = frame.error();
    auto report = session.report(EndReason::lost, person.world.clock.wall());
    co_await person.online_link().session_ended(std::move(report));
}

}  // namespace

TEST_CASE("a call opens a session, and each end's report is kept as it came", "[scenario][session]") {
    WorldOptions options;
    SECTION("over a bound transport") {}
    SECTION("over an unbound one") {
        options.bound = Bound::no;
    }
    Two two(options);
    CHECK(two.record().state == SessionState::active);
    CHECK(two.record().caller.user.text() == "alice");
    CHECK(two.record().callee.user.text() == "bob");
    CHECK(two.met.caller->trust() == identity::Trust::fresh);
    CHECK(two.met.callee->trust() == identity::Trust::fresh);
    two.world.run(chat_for(two.world, two.met, 1min));
    two.hang_up_both();
    const auto record = record_of(two.world, two.ended);
    CHECK(record.state == SessionState::ended);
    CHECK(record.reason == EndReason::closed);
    REQUIRE(record.caller_report);
    REQUIRE(record.callee_report);
    CHECK(record.caller_report->bytes_out.value() > 0);
    CHECK(record.caller_report->path == "direct");
    CHECK(two.alice.reports.pending()->empty());
    CHECK(two.bob.reports.pending()->empty());
    const auto again = meet(two.alice, two.bob);
    CHECK(again.caller->trust() == identity::Trust::pinned);
}

TEST_CASE("a session outlives a server that is killed and started again", "[scenario][session]") {
    Two two;
    two.world.kill_server();
    two.world.run(chat_for(two.world, two.met, 20s));
    CHECK_FALSE(two.alice.online());
    two.world.start_server();
    CHECK(two.record().state == SessionState::unconfirmed);
    REQUIRE(two.world.until([&] { return two.alice.online() && two.bob.online(); }));
    REQUIRE(two.world.until([&] { return two.record().state == SessionState::active; }));
    two.world.run(chat_for(two.world, two.met, 20min));
    CHECK(two.record().state == SessionState::active);
    two.hang_up_both();
    CHECK(record_of(two.world, two.ended).reason == EndReason::closed);
    CHECK(two.alice.back_at.size() == 1);
}

TEST_CASE(
    "a server that is away for an hour costs a conversation nothing, and its log is complete afterwards",
    "[scenario][session]") {
    Two two;
    two.world.kill_server();
    two.world.run(chat_for(two.world, two.met, 1h));
    const auto ended_at = two.world.clock.wall();
    two.hang_up_both();
    CHECK(two.alice.reports.pending()->size() == 1);
    CHECK(two.bob.reports.pending()->size() == 1);
    two.world.pass(1min);
    two.world.start_server();
    REQUIRE(two.world.until([&] { return two.alice.online() && two.bob.online(); }));
    two.world.pass(1s);
    CHECK(two.alice.reports.pending()->empty());
    CHECK(two.bob.reports.pending()->empty());
    const auto record = record_of(two.world, two.ended);
    CHECK(record.state == SessionState::ended);
    CHECK(record.reason == EndReason::closed);
    CHECK(record.ended == ended_at);
    CHECK(record.caller_report);
    CHECK(record.callee_report);
}

TEST_CASE("a session whose both ends vanish ends lost after ten minutes, when it was last seen",
          "[scenario][session]") {
    Two two;
    const auto id = two.id();
    two.world.pass(10s);
    const auto seen = two.world.clock.wall();
    two.met.caller.reset();
    two.met.callee.reset();
    two.alice.die();
    two.bob.die();
    two.world.pass(9min);
    CHECK(record_of(two.world, id).state == SessionState::unconfirmed);
    two.world.pass(2min);
    const auto record = record_of(two.world, id);
    CHECK(record.state == SessionState::ended);
    CHECK(record.reason == EndReason::lost);
    CHECK(*record.ended >= seen);
    CHECK(*record.ended <= seen + 1s);
}

TEST_CASE("when one end dies the other notices within 30 seconds, and its report ends the session",
          "[scenario][session]") {
    Two two;
    const auto id = two.id();
    SECTION("its system tells") {}
    SECTION("nothing tells") {
        two.world.network.cut("alice", "bob");
    }
    two.met.callee.reset();
    two.bob.die();
    const Instant died = two.world.loop.now();
    Error why{Errc::internal};
    two.world.run(until_broken(two.alice, *two.met.caller, why));
    CHECK(why.code() == Errc::interrupted);
    CHECK(two.world.loop.now() - died <= 31s);
    const auto record = record_of(two.world, id);
    CHECK(record.state == SessionState::ended);
    CHECK(record.reason == EndReason::lost);
    CHECK(record.caller_report);
    CHECK_FALSE(record.callee_report);
}

TEST_CASE("a session goes on while one end has lost its server", "[scenario][session]") {
    Two two;
    auto& away = GENERATE(true, false) ? two.alice : two.bob;
    two.world.network.cut(away.host, "server");
    two.world.run(chat_for(two.world, two.met, 30min));
    CHECK(two.record().state == SessionState::unconfirmed);  // and not lost: the other is there
    two.world.network.mend(away.host, "server");
    REQUIRE(two.world.until([&] { return away.online(); }));
    REQUIRE(two.world.until([&] { return two.record().state == SessionState::active; }));
    two.hang_up_both();
}

TEST_CASE("whoever hangs up says so before the link ends", "[scenario][session]") {
    Two two;
    const auto hears = [](peer::Session& session, bool& closed) -> asio::awaitable<void> {
        auto frame = co_await session.link().read(never);
        REQUIRE(frame);
        const auto message = wire::parse_peer(frame->body());
        REQUIRE(message);
        closed = message->has_close();
        auto end = co_await session.link().read(never);
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::closed);
        co_await session.close(never);
    };
    bool closed = false;
    std::vector<asio::awaitable<void>> both;
    both.push_back(hang_up(two.alice, *two.met.caller, EndReason::closed));
    both.push_back(hears(*two.met.callee, closed));
    two.world.run_all(std::move(both));
    CHECK(closed);
}

TEST_CASE("a call whose two ends cannot reach each other ends as lost at once, by the report of each",
          "[scenario][session]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    come_online(alice);
    come_online(bob);
    world.network.cut("alice", "bob");
    const auto calls = [](Person& from) -> asio::awaitable<void> {
        auto session = co_await from.call("bob");
        REQUIRE(!session);
        CHECK(session.error().code() == Errc::no_path);
    };
    model::SessionId id;
    const auto answers = [](Person& who, model::SessionId& session) -> asio::awaitable<void> {
        auto call = co_await who.incoming.pop(who.world.soon());
        REQUIRE(call);
        session = *model::SessionId::from(as_bytes(call->session()));
        auto caller = who.calls().examine(*call);
        REQUIRE(caller);
        auto made = co_await who.calls().answer(std::move(caller->introduction), who.world.soon());
        CHECK(!made);
    };
    std::vector<asio::awaitable<void>> both;
    both.push_back(calls(alice));
    both.push_back(answers(bob, id));
    world.run_all(std::move(both));
    const auto record = record_of(world, id);
    CHECK(record.state == SessionState::ended);
    CHECK(record.reason == EndReason::lost);
    CHECK(record.caller_report);
    CHECK(record.callee_report);
}

TEST_CASE("a report of other people's session is refused, changes nothing and is not kept",
          "[scenario][session]") {
    Two two;
    Person eve(two.world, "eve");
    auto report = two.met.caller->report(EndReason::closed, two.world.clock.wall());
    report.device = eve.self->login().device().id;
    REQUIRE(eve.reports.add(report));
    come_online(eve, wire::pb::PROGRAM_NONE);
    two.world.pass(1s);
    CHECK(eve.reports.pending()->empty());
    CHECK(two.record().state == SessionState::active);
}

TEST_CASE("a report that waits in the home goes with the next process of it", "[scenario][session]") {
    Two two;
    two.world.kill_server();
    two.world.pass(1s);
    two.hang_up_both();
    two.alice.die();
    two.world.start_server();
    Person later(two.alice);
    CHECK(later.reports.pending()->size() == 1);
    come_online(later, wire::pb::PROGRAM_NONE);
    two.world.pass(1s);
    CHECK(later.reports.pending()->empty());
    CHECK(record_of(two.world, two.ended).caller_report);
}

TEST_CASE("two first contacts of one home at once are both pinned", "[scenario][session]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob"), carol(world, "carol");
    Person other(alice);
    for (auto* person : {&alice, &other, &bob, &carol})
        come_online(*person);
    Meeting one, two;
    const auto call = [](Person& from, std::string whom,
                         std::unique_ptr<peer::Session>& out) -> asio::awaitable<void> {
        auto session = co_await from.call(whom);
        REQUIRE(session);
        out = std::move(*session);
    };
    const auto answer = [](Person& who, std::unique_ptr<peer::Session>& out) -> asio::awaitable<void> {
        auto session = co_await who.answer();
        REQUIRE(session);
        out = std::move(*session);
    };
    std::vector<asio::awaitable<void>> all;
    all.push_back(call(alice, "bob", one.caller));
    all.push_back(call(other, "carol", two.caller));
    all.push_back(answer(bob, one.callee));
    all.push_back(answer(carol, two.callee));
    world.run_all(std::move(all));
    CHECK(one.caller->trust() == identity::Trust::fresh);
    CHECK(two.caller->trust() == identity::Trust::fresh);
    CHECK(alice.pins.all()->size() == 2);
}
