// A call that goes with the first flight of its caller's login.
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

struct Both {
    World world;
    Person alice{world, "alice"}, bob{world, "bob"};
    std::optional<Result<std::unique_ptr<peer::Session>>> at_alice, at_bob;
};

asio::awaitable<void> calls(Both& both) {
    auto session = co_await both.alice.come_calling("bob");
    both.at_alice.emplace(std::move(session));
}

asio::awaitable<void> answers(Both& both) {
    auto session = co_await both.bob.answer();
    both.at_bob.emplace(std::move(session));
}

}  // namespace

TEST_CASE("a call goes with the login, and both ends meet", "[scenario][call]") {
    Both both;
    both.world.network.set_reach("server", transport::Reach::global);
    both.world.network.set_reach("alice", transport::Reach::global);
    both.world.network.set_reach("bob", transport::Reach::global);
    come_online(both.bob, wire::pb::PROGRAM_RECEIVE);
    std::vector<asio::awaitable<void>> sides;
    sides.push_back(calls(both));
    sides.push_back(answers(both));
    both.world.run_all(std::move(sides));
    INFO((*both.at_alice ? "" : describe(both.at_alice->error())));
    REQUIRE(*both.at_alice);
    REQUIRE(*both.at_bob);
    CHECK((**both.at_alice)->id() == (**both.at_bob)->id());
    CHECK((**both.at_bob)->user().text() == "alice");
}

TEST_CASE("a call that goes with the login to somebody who is away fails, and the login stands",
          "[scenario][call]") {
    Both both;
    both.world.run(calls(both));
    REQUIRE(!*both.at_alice);
    CHECK(both.at_alice->error().code() == Errc::peer_offline);
    CHECK(both.alice.online());
}

TEST_CASE("the answer to a call is not waited for over another connection than it went by",
          "[scenario][call]") {
    Both both;
    come_online(both.alice);
    both.world.kill_server();
    REQUIRE(both.world.until([&both] { return !both.alice.online(); }));
    both.world.start_server();
    REQUIRE(both.world.until([&both] { return both.alice.online(); }));
    both.world.run([](Both& b) -> asio::awaitable<void> {
        const auto answer = co_await b.alice.online_link().answer_ahead(b.world.soon());
        REQUIRE(!answer);
        CHECK(answer.error().code() == Errc::interrupted);
    }(both));
}
