// A device that was removed from its account: nobody goes on talking to it, whatever it does.
#include "identity/keys.hpp"
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

asio::awaitable<void> remove_device(Person& by, Person& whom) {
    rendezvous::ClientMessage request;
    request.mutable_remove_device()->set_device_id(whom.self->login().device().id.str());
    auto removed = co_await by.online_link().ask(std::move(request), by.world.soon());
    INFO((removed ? "" : describe(removed.error())));
    REQUIRE(removed);
}

asio::awaitable<void> remove_account(World& world, Person& whom) {
    auto by = world.operated();
    auto removed = co_await by.remove(whom.self->login().user(), 0);
    REQUIRE(removed);
}

asio::awaitable<void> expect_no_bulk(World& world, peer::Session& session) {
    auto link = co_await session.open_bulk(world.soon());
    CHECK(!link);
}

using Link = std::unique_ptr<channel::Channel>;

asio::awaitable<void> keep(asio::awaitable<Result<Link>> coming, std::vector<Link>& links) {
    auto link = co_await std::move(coming);
    INFO((link ? "" : describe(link.error())));
    REQUIRE(link);
    links.push_back(std::move(*link));
}

asio::awaitable<void> expect_no_spare(World& world, peer::Session& session) {
    auto link = co_await session.open_spare(world.soon());
    REQUIRE(!link);
    CHECK(link.error().code() == Errc::closed);
}

// alice talks to two devices of bob; the box is stolen, and hears nothing of the server.
struct Stolen {
    World world;
    Person alice{world, "alice"}, box{world, "bob"}, phone{world, "bob", "phone"};
    Meeting with_box, with_phone;
    Stolen() {
        for (Person* person : {&alice, &box, &phone})
            come_online(*person);
        // A long way, on which connections are dialled ahead.
        alice.calls().set_spares(2);
        world.network.cut("alice", "bob");
        world.loop.at(world.loop.now() + 30ms, [this] { world.network.mend("alice", "bob"); });
        with_box = meet(alice, box);
        with_phone = meet(alice, phone);
        world.network.cut("bob", "server");
    }
    // A session whose link goes is over for whoever has it.
    bool alive(const Meeting& meeting) { return meeting.caller->link().alive(); }
};

}  // namespace

TEST_CASE("a session with a device that is removed ends within 5 s, though it says nothing",
          "[scenario][session][removed]") {
    Stolen s;
    s.world.run(say(*s.with_box.caller, *s.with_box.callee, "are you there?"));
    s.world.run(remove_device(s.phone, s.box));
    REQUIRE(s.world.until([&s] { return !s.alive(s.with_box); }, 5s));
    CHECK(s.with_box.caller->revoked());
    // Neither does it get another link of that session, nor is one made to it.
    s.world.run(expect_no_bulk(s.world, *s.with_box.callee));
    s.world.run(expect_no_bulk(s.world, *s.with_box.caller));
    // The others are not concerned.
    s.world.pass(5s);
    CHECK(s.alive(s.with_phone));
    CHECK_FALSE(s.with_phone.caller->revoked());
    s.world.run(say(*s.with_phone.caller, *s.with_phone.callee, "hello"));
}

TEST_CASE("with a removed device every connection of the session goes, in use or dialled ahead",
          "[scenario][session][removed]") {
    Stolen s;
    auto& ours = *s.with_box.caller;
    auto& theirs = *s.with_box.callee;
    std::vector<Link> links, there;
    std::vector<asio::awaitable<void>> made;
    made.push_back(keep(ours.open_bulk(s.world.soon()), links));
    made.push_back(keep(ours.open_spare(s.world.soon()), links));
    for (int n = 0; n < 2; ++n)
        made.push_back(keep(theirs.accept_bulk(s.world.soon()), there));
    s.world.run_all(std::move(made));
    CHECK(ours.spares() == 1);
    s.world.run(remove_device(s.phone, s.box));
    REQUIRE(s.world.until([&s] { return !s.alive(s.with_box); }, 5s));
    for (const auto& link : links)
        CHECK_FALSE(link->alive());
    CHECK(ours.spares() == 0);
    s.world.run(expect_no_spare(s.world, ours));
}

TEST_CASE("when the operator removes an account, all its sessions end at the other side, too",
          "[scenario][session][removed]") {
    Stolen s;
    s.world.run(remove_account(s.world, s.box));
    REQUIRE(s.world.until([&s] { return !s.alive(s.with_box) && !s.alive(s.with_phone); }, 5s));
    CHECK(s.with_box.caller->revoked());
}

TEST_CASE("who was away from the server hears of a removed device when they are back",
          "[scenario][session][removed]") {
    Stolen s;
    s.world.network.cut("alice", "server");
    REQUIRE(s.world.until([&s] { return !s.alice.lost_at.empty(); }));
    s.world.run(remove_device(s.phone, s.box));
    s.world.pass(5s);
    CHECK(s.alive(s.with_box));  // nobody could tell
    s.world.network.mend("alice", "server");
    REQUIRE(s.world.until([&s] { return !s.alice.back_at.empty(); }));
    REQUIRE(s.world.until([&s] { return !s.alive(s.with_box); }, 5s));
    CHECK(s.alive(s.with_phone));
}

TEST_CASE("a server that was started anew still tells of a device that was removed before",
          "[scenario][session][removed]") {
    Stolen s;
    s.world.network.cut("alice", "server");
    REQUIRE(s.world.until([&s] { return !s.alice.lost_at.empty(); }));
    s.world.run(remove_device(s.phone, s.box));
    s.world.kill_server();
    s.world.start_server();
    s.world.network.mend("alice", "server");
    REQUIRE(s.world.until([&s] { return !s.alice.back_at.empty(); }));
    REQUIRE(s.world.until([&s] { return !s.alive(s.with_box); }, 5s));
    CHECK(s.alive(s.with_phone));
}

TEST_CASE(
    "a device that a newer list leaves out is refused by who has seen that list, whatever the server says",
    "[scenario][session][removed]") {
    World world;
    Person alice(world, "alice"), box(world, "bob"), phone(world, "bob", "phone");
    come_online(alice);
    // The next list of bob's account has the phone alone, and alice sees it.
    auto& account = world.account("bob");
    const auto with_both = world.told_of(account);
    account.list = *account.list->without(box.self->login().device().id);
    world.lie(world.told_of(account));
    auto newer = home::Login::make(phone.self->login().server(), world.founding_key, account.user,
                                   identity::public_key(account.key), phone.self->login().device().id,
                                   account.list->sign(account.key));
    REQUIRE(newer);
    auto key = crypto::SigningKey{phone.self->device_key().seed()};
    phone.self = std::make_unique<peer::Self>(std::move(*newer), std::move(key));
    come_online(phone);
    REQUIRE(world.until([&] { return alice.online() && phone.online(); }));
    meet(alice, phone);
    phone.die();
    const auto refused = [](Person& from, Person& to) {
        std::vector<asio::awaitable<void>> both;
        both.push_back([](Person& caller) -> asio::awaitable<void> {
            auto session = co_await caller.call("bob");
            REQUIRE(!session);
            CHECK(session.error().code() == Errc::identity);
        }(from));
        both.push_back([](Person& callee) -> asio::awaitable<void> {
            auto session = co_await callee.answer();
            CHECK(!session);
        }(to));
        from.world.run_all(std::move(both));
    };
    // The server introduces the box all the same: with the list that had it, then with the newer one and the
    // box beside it.
    world.lie(with_both);
    come_online(box);
    REQUIRE(world.until([&] { return alice.online() && box.online(); }));
    refused(alice, box);

    auto both = world.told_of(account);
    both.list.devices = with_both.list.devices;
    world.lie(both);
    REQUIRE(world.until([&] { return !alice.online(); }));
    REQUIRE(world.until([&] { return alice.online() && box.online(); }));
    refused(alice, box);
}
