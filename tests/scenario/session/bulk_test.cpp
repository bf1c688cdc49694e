// Further links of a session: opened after the first was chosen, and counted in its report.
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

using Link = std::unique_ptr<channel::Channel>;

asio::awaitable<void> open_one(World& world, peer::Session& session, Link& out) {
    auto link = co_await session.open_bulk(world.soon());
    INFO((link ? "" : describe(link.error())));
    REQUIRE(link);
    out = std::move(*link);
}

asio::awaitable<void> accept_one(World& world, peer::Session& session, Link& out) {
    auto link = co_await session.accept_bulk(world.soon());
    INFO((link ? "" : describe(link.error())));
    REQUIRE(link);
    out = std::move(*link);
}

asio::awaitable<void> pass_on(World& world, channel::Channel& from, channel::Channel& to, std::size_t size) {
    PeerMessage message;
    message.mutable_text()->set_text(std::string(size, 'x'));
    REQUIRE(from.send(wire::frame(message)));
    auto heard = co_await to.read(world.soon());
    REQUIRE(heard);
}

}  // namespace

TEST_CASE("a session has further links once its first was chosen, and reports their bytes as well",
          "[scenario][session]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    come_online(alice);
    come_online(bob);
    const auto met = meet(alice, bob);
    world.pass(2min);  // long after the ticket
    Link at_alice, at_bob;
    std::vector<asio::awaitable<void>> both;
    both.push_back(open_one(world, *met.caller, at_alice));
    both.push_back(accept_one(world, *met.callee, at_bob));
    world.run_all(std::move(both));
    constexpr std::size_t size = 10'000;
    world.run(pass_on(world, *at_alice, *at_bob, size));
    world.run(pass_on(world, met.callee->link(), met.caller->link(), size));
    met.caller->count(*at_alice);
    met.callee->count(*at_bob);
    const auto told = met.caller->report(model::EndReason::closed, world.clock.wall());
    CHECK(told.bytes_out.value() > size);
    CHECK(told.bytes_in.value() > size);
    const auto heard = met.callee->report(model::EndReason::closed, world.clock.wall());
    CHECK(heard.bytes_in.value() > size);
    CHECK(heard.bytes_out.value() > size);
}
