// An invite between people whose server is honest; invite_hostile_test.cpp has the others.
#include "scenario/session/inviting.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using wire::pb::PROGRAM_INVITE;
using wire::pb::PROGRAM_NONE;

namespace {

Errc code_of(const Verified& result) {
    REQUIRE(result);
    REQUIRE(!*result);
    INFO(describe(result->error()));
    return result->error().code();
}

asio::awaitable<void> type_after(Duration pause, Person& who, std::string whom, std::string_view code,
                                 Typed& out) {
    co_await io::sleep_until(who.world.loop, who.world.loop.now() + pause);
    co_await type(who, std::move(whom), code, out);
}

struct People {
    explicit People(Bound bound = Bound::yes) : world(options(bound)) {
        come_online(bob, PROGRAM_INVITE);
        come_online(alice, PROGRAM_NONE);
        come_online(carol, PROGRAM_NONE);
    }
    static WorldOptions options(Bound bound) {
        WorldOptions made;
        made.bound = bound;
        return made;
    }
    void run(std::vector<asio::awaitable<void>> bodies) { world.run_all(std::move(bodies)); }

    World world;
    Person alice{world, "alice"}, bob{world, "bob"}, carol{world, "carol"};
    Verified at_bob;
    Typed by_alice, by_carol;
};

}  // namespace

TEST_CASE("whoever types the code is verified at both ends, from the first contact on",
          "[scenario][invite]") {
    People p(GENERATE(Bound::yes, Bound::no));
    std::vector<asio::awaitable<void>> both;
    both.push_back(wait_with(p.bob, {}, p.at_bob));
    both.push_back(type(p.alice, "bob", right_code, p.by_alice));
    p.run(std::move(both));
    REQUIRE(p.at_bob);
    REQUIRE(*p.at_bob);
    CHECK((*p.at_bob)->user.text() == "alice");
    REQUIRE(*p.by_alice.result);
    CHECK((*p.by_alice.result)->user.text() == "bob");
    CHECK(p.by_alice.too);
    REQUIRE(pin_at(p.bob, "alice"));
    CHECK(pin_at(p.bob, "alice")->verified);
    CHECK(pin_at(p.bob, "alice")->account_key == p.alice.self->login().account_key());
    REQUIRE(pin_at(p.alice, "bob"));
    CHECK(pin_at(p.alice, "bob")->verified);
}

TEST_CASE("the session of an invite is closed at the server by both", "[scenario][invite]") {
    People p;
    std::vector<asio::awaitable<void>> both;
    both.push_back(wait_with(p.bob, {}, p.at_bob));
    both.push_back(type(p.alice, "bob", right_code, p.by_alice));
    p.run(std::move(both));
    const auto sessions = p.world.store().sessions_of(*model::UserName::parse("bob"), 10);
    REQUIRE(sessions);
    REQUIRE(sessions->size() == 1);
    CHECK(sessions->at(0).reason == model::EndReason::closed);
    CHECK(sessions->at(0).caller_report);
    CHECK(sessions->at(0).callee_report);
}

TEST_CASE("a pin that was there becomes a verified one", "[scenario][invite]") {
    People p;
    const auto& bob = p.bob.self->login();
    REQUIRE(p.alice.pins.meet(p.world.founding_key, bob.user(), bob.account_key(), 1, p.world.clock.wall()));
    std::vector<asio::awaitable<void>> both;
    both.push_back(wait_with(p.bob, {}, p.at_bob));
    both.push_back(type(p.alice, "bob", right_code, p.by_alice));
    p.run(std::move(both));
    CHECK(pin_at(p.alice, "bob")->verified);
}

TEST_CASE("a wrong code is found at both ends, pins nobody and uses the invite up", "[scenario][invite]") {
    People p;
    std::vector<asio::awaitable<void>> both;
    both.push_back(wait_with(p.bob, {}, p.at_bob));
    both.push_back(type(p.alice, "bob", wrong_code, p.by_alice));
    p.run(std::move(both));
    CHECK(code_of(p.at_bob) == Errc::wrong_code);
    CHECK(code_of(p.by_alice.result) == Errc::wrong_code);
    CHECK(p.bob.pins.all()->empty());
    CHECK(p.alice.pins.all()->empty());
    p.world.run(p.bob.go());
    Typed again;
    p.world.run(type(p.alice, "bob", right_code, again));
    CHECK(code_of(again.result) == Errc::peer_offline);
}

TEST_CASE("nobody comes: the invite ends when its time is over, and a code typed later meets nobody",
          "[scenario][invite]") {
    People p;
    const Instant began = p.world.loop.now();
    p.world.run(wait_with(p.bob, {}, p.at_bob));
    CHECK(code_of(p.at_bob) == Errc::peer_offline);
    CHECK(p.world.loop.now() - began >= 600s);
    CHECK(p.world.loop.now() - began < 601s);
    p.world.run(p.bob.go());
    p.world.run(type(p.alice, "bob", right_code, p.by_alice));
    CHECK(code_of(p.by_alice.result) == Errc::peer_offline);
    CHECK(p.alice.pins.all()->empty());
}

TEST_CASE("who is not meant is passed over and uses nothing up", "[scenario][invite]") {
    People p;
    std::vector<asio::awaitable<void>> three;
    three.push_back(wait_with(p.bob, {.only = "alice"}, p.at_bob));
    three.push_back(type(p.carol, "bob", wrong_code, p.by_carol));
    three.push_back(type_after(20s, p.alice, "bob", right_code, p.by_alice));
    p.run(std::move(three));
    CHECK(code_of(p.by_carol.result) == Errc::refused);
    REQUIRE(*p.at_bob);
    CHECK((*p.at_bob)->user.text() == "alice");
    CHECK(p.bob.pins.all()->size() == 1);
    CHECK(p.carol.pins.all()->empty());
}

TEST_CASE("an instance that waits with an invite takes no other call, and no other takes one about an invite",
          "[scenario][invite]") {
    People p;
    const auto called = [](Person& from, std::string whom, wire::pb::Kind kind) -> asio::awaitable<void> {
        auto session = co_await from.call(whom, kind);
        REQUIRE(!session);
        CHECK(session.error().code() == Errc::peer_offline);
    };
    for (const auto kind : {wire::pb::KIND_CHAT, wire::pb::KIND_FILES, wire::pb::KIND_MESSAGE})
        p.world.run(called(p.alice, "bob", kind));
    Person dora(p.world, "dora"), emil(p.world, "emil");
    come_online(dora, wire::pb::PROGRAM_CHAT);
    come_online(emil, wire::pb::PROGRAM_RECEIVE);
    for (const std::string whom : {"dora", "emil", "carol"})
        p.world.run(called(p.alice, whom, wire::pb::KIND_INVITE));
}

TEST_CASE("one's own other device does not take one's invite", "[scenario][invite]") {
    People p;
    Person phone(p.world, "bob", "phone");
    come_online(phone, PROGRAM_NONE);
    Typed by_phone;
    std::vector<asio::awaitable<void>> three;
    three.push_back(wait_with(p.bob, {}, p.at_bob));
    three.push_back(type(phone, "bob", right_code, by_phone));
    three.push_back(type_after(20s, p.alice, "bob", right_code, p.by_alice));
    p.run(std::move(three));
    CHECK(code_of(by_phone.result) == Errc::refused);
    REQUIRE(*p.at_bob);
    CHECK((*p.at_bob)->user.text() == "alice");
}

TEST_CASE("while one who came is served another is passed over", "[scenario][invite]") {
    People p;
    const auto only_call = [](Person& from) -> asio::awaitable<void> {
        from.calls().set_pinning(peer::Calls::Pinning::later);
        auto session = co_await from.call("bob", wire::pb::KIND_INVITE);
        REQUIRE(session);
        co_await io::sleep_until(from.world.loop, from.world.loop.now() + 5s);
        co_await hang_up(from, **session, model::EndReason::closed);
    };
    Typed again;
    std::vector<asio::awaitable<void>> all;
    all.push_back(wait_with(p.bob, {}, p.at_bob));
    all.push_back(only_call(p.carol));
    all.push_back(type_after(2s, p.alice, "bob", right_code, p.by_alice));
    all.push_back(type_after(30s, p.alice, "bob", right_code, again));
    p.run(std::move(all));
    CHECK(code_of(p.by_alice.result) == Errc::refused);
    REQUIRE(*again.result);
    REQUIRE(*p.at_bob);
}
