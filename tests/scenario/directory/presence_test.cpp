#include "scenario/directory/world.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using wire::pb::PROGRAM_CHAT;
using wire::pb::PROGRAM_NONE;
using wire::pb::PROGRAM_RECEIVE;

namespace {

asio::awaitable<void> register_both(World& world, Person alice, Person bob) {
    Wire one(world), other(world);
    const Status first = co_await one.register_user(alice);
    REQUIRE(first);
    const Status second = co_await other.register_user(bob);
    REQUIRE(second);
    co_await one.leave();
    co_await other.leave();
}

ClientMessage listing(bool all) {
    auto message = request();
    message.mutable_list_users()->set_all(all);
    return message;
}

ClientMessage watching(bool all) {
    auto message = request();
    message.mutable_watch()->set_all(all);
    return message;
}

struct Two {
    World world;
    Person alice{world.random, "alice", "laptop"};
    Person bob{world.random, "bob", "box"};
    Two() { world.run(register_both(world, alice, bob)); }
};

}  // namespace

TEST_CASE("a user is online while an instance of theirs takes something", "[scenario][directory][presence]") {
    Two s;
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world), bob(t.world);
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        const Status second = co_await bob.log_in(t.bob);
        REQUIRE(second);
        auto nobody = co_await alice.ask(listing(false));
        REQUIRE(nobody);
        CHECK(nobody->users().users_size() == 0);
        auto everybody = co_await alice.ask(listing(true));
        REQUIRE(everybody);
        REQUIRE(everybody->users().users_size() == 2);
        CHECK(!everybody->users().users(1).online());

        const Status silent = co_await bob.announce(PROGRAM_NONE, "memory://b:2000");
        CHECK(silent);
        auto still = co_await alice.ask(listing(false));
        REQUIRE(still);
        CHECK(still->users().users_size() == 0);

        const Status up = co_await bob.announce(PROGRAM_RECEIVE, "memory://b:2000");
        CHECK(up);
        auto one = co_await alice.ask(listing(false));
        REQUIRE(one);
        REQUIRE(one->users().users_size() == 1);
        const auto& user = one->users().users(0);
        CHECK(user.name() == "bob");
        CHECK(user.online());
        CHECK(user.since_ms() > 0);
        REQUIRE(user.devices_size() == 1);
        CHECK(user.devices(0).name() == "box");
        CHECK(user.devices(0).endpoints(0) == "memory://b:2000");
        co_await bob.leave();
        auto gone = co_await alice.ask(listing(false));
        REQUIRE(gone);
        CHECK(gone->users().users_size() == 0);
    }(s));
}

TEST_CASE("who watches gets the list, then one event a change", "[scenario][directory][presence]") {
    Two s;
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world);
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        auto list = co_await alice.ask(watching(false));
        REQUIRE(list);
        CHECK(list->users().users_size() == 0);

        auto bob = std::make_unique<Wire>(t.world);
        const Status second = co_await bob->log_in(t.bob);
        REQUIRE(second);
        // Three states within one moment are one change.
        for (const auto* at : {"memory://b:1", "memory://b:2", "memory://b:3"}) {
            const Status up = co_await bob->announce(PROGRAM_CHAT, at);
            REQUIRE(up);
            co_await io::sleep_until(t.world.loop, t.world.loop.now() + 10ms);
        }
        auto came = co_await alice.event(t.world.soon());
        REQUIRE(came);
        CHECK(came->reply_to() == 0);
        REQUIRE(came->users().users_size() == 1);
        CHECK(came->users().users(0).online());
        CHECK(came->users().users(0).devices(0).endpoints(0) == "memory://b:3");
        auto quiet = co_await alice.event(t.world.loop.now() + 1s);
        REQUIRE(!quiet);
        CHECK(quiet.error().code() == Errc::timed_out);

        bob->channel->abort();
        auto went = co_await alice.event(t.world.soon());
        REQUIRE(went);
        CHECK(went->users().users(0).name() == "bob");
        CHECK(!went->users().users(0).online());
        CHECK(went->users().users(0).devices_size() == 0);
    }(s));
}

TEST_CASE("a new account is told to those who watch all of them only", "[scenario][directory][presence]") {
    Two s;
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world), bob(t.world);
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        const Status second = co_await bob.log_in(t.bob);
        REQUIRE(second);
        auto all = co_await alice.ask(watching(true));
        REQUIRE(all);
        CHECK(all->users().users_size() == 2);
        auto online = co_await bob.ask(watching(false));
        REQUIRE(online);
        Wire carol(t.world);
        const Person who(t.world.random, "carol", "x");
        const Status third = co_await carol.register_user(who);
        REQUIRE(third);
        auto told = co_await alice.event(t.world.soon());
        REQUIRE(told);
        CHECK(told->users().users(0).name() == "carol");
        auto quiet = co_await bob.event(t.world.loop.now() + 1s);
        CHECK(!quiet);
    }(s));
}

TEST_CASE("a client without a heartbeat is dead at 35 seconds", "[scenario][directory][presence]") {
    Two s;
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world, "10.0.0.1"), bob(t.world, "10.0.0.2");
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        const Status second = co_await bob.log_in(t.bob);
        REQUIRE(second);
        const Status up = co_await bob.announce(PROGRAM_CHAT, "memory://b:1");
        REQUIRE(up);
        auto list = co_await alice.ask(watching(false));
        REQUIRE(list);
        CHECK(list->users().users_size() == 1);
        const Instant cut = t.world.loop.now();
        t.world.network.cut("10.0.0.2", "server");
        auto went = co_await alice.event(t.world.soon());
        REQUIRE(went);
        CHECK(!went->users().users(0).online());
        CHECK(t.world.loop.now() - cut <= 36s);
        CHECK(t.world.loop.now() - cut >= 19s);
    }(s));
}

TEST_CASE("info knows real users only, and endpoints are checked", "[scenario][directory][presence]") {
    Two s;
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world);
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        auto ask_bob = request();
        ask_bob.mutable_user_info()->set_user("bob");
        auto bob = co_await alice.ask(ask_bob);
        REQUIRE(bob);
        CHECK(!bob->users().users(0).online());
        // Whoever accepts a key wants to know that its owner signed the devices: from the store or, of
        // somebody connected, from the board.
        const auto shows_list = [&t](const ServerMessage& reply, const Person& whose) {
            const auto& shown = reply.users().users(0);
            const auto list = identity::DeviceList::parse_and_verify(as_bytes(shown.device_list()),
                                                                     identity::public_key(*whose.account),
                                                                     whose.user, t.world.founding_key);
            return list && *list == whose.list(t.world.founding_key);
        };
        CHECK(shows_list(*bob, t.bob));
        auto ask_self = request();
        ask_self.mutable_user_info()->set_user("alice");
        auto self = co_await alice.ask(ask_self);
        REQUIRE(self);
        CHECK(shows_list(*self, t.alice));
        auto ask_ghost = request();
        ask_ghost.mutable_user_info()->set_user("ghost");
        auto ghost = co_await alice.ask(ask_ghost);
        REQUIRE(!ghost);
        CHECK(ghost.error().code() == Errc::no_such_user);

        auto nine = announcement(PROGRAM_CHAT, "memory://a:1");
        for (int i = 2; i <= 8; ++i)
            nine.mutable_announce()->add_endpoints("memory://a:" + std::to_string(i));
        auto eight_taken = co_await alice.ask(nine);
        CHECK(eight_taken);
        nine.mutable_announce()->add_endpoints("memory://a:9");
        auto nine_taken = co_await alice.ask(nine);
        REQUIRE(!nine_taken);
        CHECK(nine_taken.error().code() == Errc::malformed);
        const Status none = co_await alice.announce(PROGRAM_CHAT, "no endpoint");
        REQUIRE(!none);
        CHECK(none.error().code() == Errc::malformed);
    }(s));
}

TEST_CASE("a list longer than a frame comes in pieces, whole and in order",
          "[scenario][directory][presence]") {
    Two s;
    const auto key = model::PublicKey{};
    for (int i = 0; i < 3000; ++i) {
        storage::NewAccount account{*model::UserName::parse("user-" + std::to_string(10'000 + i)),
                                    model::PublicKey{s.world.random.array<32>()},
                                    key,
                                    {},
                                    {},
                                    {}};
        account.list.serial = 1;
        account.list.devices.push_back({model::DeviceId{s.world.random.array<16>()},
                                        *model::DeviceName::parse("d"),
                                        model::PublicKey{s.world.random.array<32>()}});
        REQUIRE(s.world.kept().create_account(account));
    }
    s.world.run([](Two& t) -> asio::awaitable<void> {
        Wire alice(t.world);
        const Status first = co_await alice.log_in(t.alice);
        REQUIRE(first);
        const std::uint64_t id = alice.send(listing(true));
        int seen = 0;
        std::string last;
        bool more = true;
        while (more) {
            auto piece = co_await alice.reply_to(id);
            REQUIRE(piece);
            for (const auto& user : piece->users().users()) {
                CHECK(last < user.name());
                last = user.name();
                ++seen;
            }
            more = piece->users().more();
        }
        CHECK(seen == 3002);
    }(s));
}
