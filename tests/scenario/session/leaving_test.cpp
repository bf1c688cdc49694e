// Whoever leaves a server that is far away says how the session ended in passing (docs/architecture.md,
// "Sessions").
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using model::EndReason;

namespace {

// Alice's login takes as long as the way to the server is.
struct Visit {
    explicit Visit(Duration login) : alice(world, "alice"), bob(world, "bob") {
        for (const char* host : {"server", "alice", "bob"})
            world.network.set_reach(host, transport::Reach::global);
        come_online(bob, wire::pb::PROGRAM_RECEIVE);
        come_after(alice, login);
        met = meet(alice, bob, wire::pb::KIND_FILES);
        id = met.caller->id();
    }
    void come_after(Person& who, Duration login) {
        world.network.cut(who.host, "server");
        world.loop.at(world.loop.now() + login, [this, &who] { world.network.mend(who.host, "server"); });
        come_online(who, wire::pb::PROGRAM_NONE);
    }
    // As `send` does: the report, and off. How long it took.
    Duration leave() {
        const Instant began = world.loop.now();
        world.run([](Visit& visit) -> asio::awaitable<void> {
            auto report = visit.met.caller->report(EndReason::closed, visit.world.clock.wall());
            co_await visit.alice.online_link().last_session_ended(std::move(report));
            visit.met.caller.reset();
            co_await visit.alice.go();
        }(*this));
        return world.loop.now() - began;
    }
    bool server_knows() {
        const auto record = record_of(world, id);
        return record.caller_report.has_value() && record.reason == EndReason::closed;
    }
    std::size_t kept(Person& who) { return who.reports.pending()->size(); }

    World world;
    Person alice, bob;
    Meeting met;
    model::SessionId id;
};

}  // namespace

TEST_CASE("over a long way the server knows how the session ended, though nobody waited for it",
          "[scenario][session][leaving]") {
    Visit visit(30ms);
    visit.world.network.cut_one_way("server", "alice");
    CHECK(visit.leave() == 0s);
    visit.world.pass(1s);
    CHECK(visit.server_knows());
}

TEST_CASE("a report said in passing goes again with the next login, and changes nothing",
          "[scenario][session][leaving]") {
    Visit visit(30ms);
    visit.leave();
    visit.world.pass(1min);
    const auto before = record_of(visit.world, visit.id);
    CHECK(visit.kept(visit.alice) == 1);
    Person later(visit.alice);
    come_online(later, wire::pb::PROGRAM_NONE);
    visit.world.pass(1s);
    CHECK(visit.kept(later) == 0);
    const auto after = record_of(visit.world, visit.id);
    CHECK(after.ended == before.ended);
    CHECK(after.caller_report->bytes_out == before.caller_report->bytes_out);
    CHECK(after.reason == EndReason::closed);
}

TEST_CASE("what was said in passing over a connection that is broken goes with the next login",
          "[scenario][session][leaving]") {
    Visit visit(30ms);
    SECTION("and nobody knows it yet") {
        visit.world.network.cut("alice", "server");
    }
    SECTION("and it is known") {
        visit.world.network.reset("alice", "server");
        visit.world.network.cut("alice", "server");
        REQUIRE(visit.world.until([&] { return !visit.alice.online(); }));
    }
    CHECK(visit.leave() < 6s);
    visit.world.network.reset("alice", "server");
    visit.world.network.mend("alice", "server");
    visit.world.pass(1s);
    CHECK_FALSE(visit.server_knows());
    REQUIRE(visit.kept(visit.alice) == 1);
    Person later(visit.alice);
    come_online(later, wire::pb::PROGRAM_NONE);
    visit.world.pass(1s);
    CHECK(visit.kept(later) == 0);
    CHECK(visit.server_knows());
}

TEST_CASE("over a short way the server has answered before one leaves, and nothing stays in the home",
          "[scenario][session][leaving]") {
    Duration login = 29ms;
    SECTION("a fast login") {}
    SECTION("a slow one on this very machine") {
        login = 1s;
    }
    Visit visit(0s);
    if (login == 1s) visit.world.network.set_reach("server", transport::Reach::loopback);
    Person other(visit.world, "carol");
    visit.come_after(other, login);
    const auto met = meet(other, visit.bob, wire::pb::KIND_FILES);
    visit.world.run([](Visit& in, Person& who, peer::Session& session) -> asio::awaitable<void> {
        auto report = session.report(EndReason::closed, in.world.clock.wall());
        co_await who.online_link().last_session_ended(std::move(report));
    }(visit, other, *met.caller));
    CHECK_FALSE(other.online_link().is_far());
    CHECK(visit.kept(other) == 0);
    CHECK(record_of(visit.world, met.caller->id()).caller_report);
}
