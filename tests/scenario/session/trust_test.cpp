// What a server that was taken over can make people believe: nothing, once they have met.
#include "identity/keys.hpp"
#include "scenario/session/posing.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

asio::awaitable<void> expect_call(Person& from, std::string whom, Errc code) {
    auto session = co_await from.call(whom);
    REQUIRE(!session);
    INFO(describe(session.error()));
    CHECK(session.error().code() == code);
}

// Whoever is called takes it, if the caller convinces; but a caller who refuses does so before there is a
// link.
asio::awaitable<void> take_one(Person& who) {
    auto session = co_await who.answer();
    CHECK(!session);
}

void call_fails(Person& from, Person& to, Errc code) {
    std::vector<asio::awaitable<void>> both;
    both.push_back(expect_call(from, to.self->login().user().text(), code));
    both.push_back(take_one(to));
    from.world.run_all(std::move(both));
}

void wait_online(World& world, std::initializer_list<Person*> people) {
    REQUIRE(world.until([&] {
        return std::all_of(people.begin(), people.end(),
                           [](const Person* person) { return person->online(); });
    }));
    world.pass(1s);
}

}  // namespace

TEST_CASE("another account key under a known name is refused, whatever the server says",
          "[scenario][trust]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    come_online(alice);
    come_online(bob);
    meet(alice, bob);
    bob.die();

    // The server makes up an account of bob's name, with a device that somebody holds.
    Person eve(world, "eve");
    give_bobs_name_to(eve);
    come_online(eve);
    wait_online(world, {&alice, &eve});

    SECTION("calling") {
        call_fails(alice, eve, Errc::identity);
    }
    SECTION("called") {
        const auto called = [](Person& from, Person& to) -> asio::awaitable<void> {
            auto call = co_await from.call("alice");
            CHECK(!call);
            static_cast<void>(to);
        };
        const auto examined = [](Person& who) -> asio::awaitable<void> {
            auto session = co_await who.answer();
            REQUIRE(!session);
            CHECK(session.error().code() == Errc::identity);
        };
        std::vector<asio::awaitable<void>> both;
        both.push_back(called(eve, alice));
        both.push_back(examined(alice));
        world.run_all(std::move(both));
    }
    CHECK(alice.pins.all()->size() == 1);
    SECTION("at a first contact it is what it is: new") {
        Person carol(world, "carol");
        come_online(carol);
        const auto met = meet(carol, eve);
        CHECK(met.caller->trust() == identity::Trust::fresh);
    }
}

TEST_CASE("a device the account has not listed is refused", "[scenario][trust]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob"), eve(world, "eve");
    come_online(alice);
    // bob's own list stays as it is; the server's table has a device more, eve's key.
    auto told = world.told_of(world.account("bob"));
    const model::DeviceId id{world.random.array<16>()};
    told.list.devices.push_back(
        {id, *model::DeviceName::parse("made-up"), identity::public_key(eve.self->device_key())});
    world.lie(told);

    // eve speaks as that device: her list is not bob's, which is why she can only say what the server says.
    auto false_list =
        identity::DeviceList::make(*model::UserName::parse("bob"), world.founding_key, 5,
                                   {identity::Device{id, *model::DeviceName::parse("made-up"),
                                                     identity::public_key(eve.self->device_key())}});
    Account forged(world.random, "bob");
    pose_as(eve, forged, id, false_list->sign(forged.key));
    come_online(eve);
    wait_online(world, {&alice, &eve});
    SECTION("as the callee") {
        call_fails(alice, eve, Errc::identity);
    }
    SECTION("as the caller") {
        const auto call = [](Person& from) -> asio::awaitable<void> {
            auto session = co_await from.call("alice");
            CHECK(!session);
        };
        const auto answer = [](Person& who) -> asio::awaitable<void> {
            auto session = co_await who.answer();
            REQUIRE(!session);
            CHECK(session.error().code() == Errc::identity);
        };
        std::vector<asio::awaitable<void>> both;
        both.push_back(call(eve));
        both.push_back(answer(alice));
        world.run_all(std::move(both));
    }
    CHECK(alice.pins.all()->empty());
}

TEST_CASE("a second device enrolled with the account key is believed at once", "[scenario][trust]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    come_online(alice);
    come_online(bob);
    meet(alice, bob);
    Person phone(world, "bob", "phone");
    come_online(phone);
    const auto met = meet(alice, phone);
    CHECK(met.caller->trust() == identity::Trust::pinned);
    CHECK(met.caller->device().text() == "phone");
    CHECK(alice.pins.all()->at(0).highest_serial == 2);
}

TEST_CASE("a device list older than one seen before is refused", "[scenario][trust]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    const auto old = world.told_of(world.account("bob"));
    Person phone(world, "bob", "phone");
    come_online(alice);
    come_online(phone);
    meet(alice, phone);
    phone.die();
    world.lie(old);
    come_online(bob);
    wait_online(world, {&alice, &bob});
    call_fails(alice, bob, Errc::identity);
}

TEST_CASE("a server with another founding key is another server, and a login ends there",
          "[scenario][trust]") {
    World world;
    Person alice(world, "alice");
    come_online(alice);
    // Another database under the same address.
    world.kill_server();
    const auto keep = world.founding_key;
    world.forget_everything();
    world.start_server();
    REQUIRE(world.founding_key != keep);
    REQUIRE(world.until([&] { return alice.end.has_value(); }));
    CHECK(alice.end->code() == Errc::identity);
}
