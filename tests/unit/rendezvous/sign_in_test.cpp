// Who a client takes for its server, against a real one in virtual time and one that poses as it.
#include "rendezvous/sign_in.hpp"

#include "identity/keys.hpp"
#include "io/acceptor.hpp"
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

TEST_CASE("a server with another key than the one known learns nothing but that it was called",
          "[rendezvous][signin]") {
    World world;
    Person alice(world, "alice");
    world.kill_server();
    world.forget_everything();
    world.start_server();
    const auto come = [](Person& person) -> asio::awaitable<void> {
        auto there = co_await person.come(wire::pb::PROGRAM_CHAT);
        REQUIRE(!there);
        CHECK(there.error().code() == Errc::identity);
    };
    world.run(come(alice));
    CHECK_FALSE(alice.online());
}

TEST_CASE("the founding key can be asked for", "[rendezvous][signin]") {
    WorldOptions options;
    options.bound = GENERATE(Bound::yes, Bound::no);
    World world(options);
    Person alice(world, "alice");
    const auto learn = [](Person& person) -> asio::awaitable<void> {
        auto key = co_await rendezvous::learn_founding_key(person.context, person.self->login().server(),
                                                           person.world.soon());
        REQUIRE(key);
        CHECK(*key == person.world.founding_key);
    };
    world.run(learn(alice));
}

TEST_CASE("a server beyond loopback is not called in the open", "[rendezvous][signin]") {
    WorldOptions options;
    options.bound = GENERATE(Bound::yes, Bound::no);
    World world(options);
    world.network.set_reach("server", transport::Reach::global);
    Person alice(world, "alice");
    const auto come = [](Person& person) -> asio::awaitable<void> {
        const bool bound = person.world.options.bound == Bound::yes;
        auto there = co_await person.come(wire::pb::PROGRAM_CHAT);
        CHECK(there.ok() == bound);
        if (!there) CHECK(there.error().code() == Errc::plain_refused);
    };
    world.run(come(alice));
}

namespace {

// Stands where the server was, with a key of its own, and says what it is told to, or nothing.
asio::awaitable<void> pose(World& world, io::Acceptor& acceptor, std::optional<wire::pb::Role> role) {
    auto stream = co_await acceptor.accept();
    if (!stream || !role) co_return;
    const auto key = crypto::SigningKey::generate(world.random);
    channel::Accepting accepting(world.loop, std::make_unique<io::Connection>(world.loop, std::move(*stream)),
                                 world.random);
    auto hello = co_await accepting.hello(world.soon());
    REQUIRE(hello);
    auto mine = channel::hello_of(*role);
    mine.set_key(identity::public_key(key).str());
    REQUIRE(accepting.answer(std::move(mine), key));
    auto drained = co_await accepting.channel().drained(world.soon());
    REQUIRE(drained);
    co_await io::sleep_until(world.loop, world.soon());
}

asio::awaitable<void> learn_from(Person& person, Errc code) {
    auto key = co_await rendezvous::learn_founding_key(person.context, person.self->login().server(),
                                                       person.world.soon());
    CHECK((key ? Errc{} : key.error().code()) == code);
}

}  // namespace

TEST_CASE("whoever answers as no server, or not at all, is none", "[rendezvous][signin]") {
    struct Row {
        std::optional<wire::pb::Role> role;
        Errc code;
    };
    const auto row = GENERATE(values<Row>({{wire::pb::ROLE_SERVER, Errc{}},
                                           {wire::pb::ROLE_PEER, Errc::malformed},
                                           {wire::pb::ROLE_DEVICE, Errc::malformed},
                                           {std::nullopt, Errc::cannot_connect}}));
    World world;
    Person alice(world, "alice");
    world.kill_server();
    const auto at = world.server_side.parse("server:9876", 0).addresses[0];
    io::Acceptor acceptor(world.loop,
                          std::unique_ptr<transport::Listener>{world.server_side.listen(at, {}).object});
    io::TaskGroup tasks(world.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("posing", pose(world, acceptor, row.role));
    world.run(learn_from(alice, row.code));
    acceptor.close();
    world.pass(2min);
}
