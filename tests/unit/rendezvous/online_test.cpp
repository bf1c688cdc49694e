// Online and signing in, against a real server in virtual time (tests/scenario/world.hpp).
#include "io/acceptor.hpp"
#include "rendezvous/accounts.hpp"
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// Stands where the server was, and drops whoever comes.
asio::awaitable<void> drop_all(World& world, io::Acceptor& acceptor, std::vector<Instant>& came) {
    for (;;) {
        auto stream = co_await acceptor.accept();
        if (!stream) co_return;
        came.push_back(world.loop.now());
    }
}

std::vector<Duration> gaps_of(World& world, Duration span) {
    const auto at = world.server_side.parse("server:9876", 0).addresses[0];
    io::Acceptor acceptor(world.loop,
                          std::unique_ptr<transport::Listener>{world.server_side.listen(at, {}).object});
    std::vector<Instant> came{world.loop.now()};
    io::TaskGroup tasks(world.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("dropping", drop_all(world, acceptor, came));
    world.pass(span);
    acceptor.close();
    world.pass(1ms);
    std::vector<Duration> gaps;
    for (std::size_t i = 1; i < came.size(); ++i)
        gaps.push_back(came[i] - came[i - 1]);
    return gaps;
}

asio::awaitable<void> ask(Person& person, rendezvous::ClientMessage request, Errc expected) {
    auto reply = co_await person.online_link().ask(std::move(request), person.world.soon());
    if (expected == Errc{}) {
        CHECK(reply);
    } else {
        REQUIRE(!reply);
        CHECK(reply.error().code() == expected);
    }
}

rendezvous::ClientMessage list_request() {
    rendezvous::ClientMessage request;
    request.mutable_list_users();
    return request;
}

rendezvous::Credentials credentials(World& world, const std::string& device, const std::string& password) {
    return {*model::ServerUrl::parse("memory://server:9876"), world.founding_key,
            *model::UserName::parse("dora"), *model::DeviceName::parse(device), password};
}

using LoggedIn = std::optional<Result<rendezvous::LoggedIn>>;

asio::awaitable<void> enter(bool new_account, Person& at, home::LoginStore& store,
                            rendezvous::Credentials who, LoggedIn& out) {
    if (new_account) {
        auto in = co_await rendezvous::register_account(at.context, store, std::move(who), at.world.soon());
        out.emplace(std::move(in));
    } else {
        auto in = co_await rendezvous::log_in(at.context, store, std::move(who), at.world.soon());
        out.emplace(std::move(in));
    }
}

struct Home {
    Home() : paths(*home::HomePaths::resolve(folder.path().string(), {})), store(paths) {
        REQUIRE(paths.make());
    }
    TempFolder folder;
    home::HomePaths paths;
    home::LoginStore store;
};

}  // namespace

TEST_CASE("a lost server is dialled again after half a second, then ever more slowly, up to 30 seconds",
          "[rendezvous][online]") {
    WorldOptions options;
    options.seed = GENERATE(1u, 2u, 3u);
    World world(options);
    Person alice(world, "alice");
    come_online(alice);
    world.kill_server();
    const auto gaps = gaps_of(world, 10min);
    REQUIRE(gaps.size() > 15);
    Duration pause = 500ms;
    std::set<Duration> steady;
    for (const auto gap : gaps) {
        CHECK(gap >= pause / 2);
        CHECK(gap <= pause + 1ms);
        if (pause == 30s) steady.insert(gap);
        pause = std::min<Duration>(pause * 2, 30s);
    }
    CHECK(steady.size() > 5);  // jitter: no two alike
    CHECK(alice.lost_at.size() == 1);
    CHECK_FALSE(alice.online());
    world.run(ask(alice, list_request(), Errc::cannot_connect));

    world.start_server();
    REQUIRE(world.until([&] { return alice.online() && !alice.back_at.empty(); }, 31s));
    world.run(ask(alice, list_request(), Errc{}));
}

TEST_CASE("a thousand clients do not come back in one moment", "[rendezvous][online]") {
    World world;
    std::vector<std::unique_ptr<Person>> people;
    for (int i = 0; i < 20; ++i)
        people.push_back(std::make_unique<Person>(world, "user" + std::to_string(i)));
    for (auto& person : people)
        come_online(*person, wire::pb::PROGRAM_NONE);
    world.kill_server();
    world.start_server();
    REQUIRE(world.until([&] {
        return std::all_of(people.begin(), people.end(),
                           [](const auto& person) { return person->back_at.size() == 1; });
    }));
    std::set<Instant> moments;
    for (const auto& person : people)
        moments.insert(person->back_at[0]);
    CHECK(moments.size() == 20);
}

TEST_CASE("a device that is removed is told, and does not come back", "[rendezvous][online]") {
    World world;
    Person laptop(world, "alice", "laptop"), phone(world, "alice", "phone");
    come_online(laptop);
    come_online(phone);
    rendezvous::ClientMessage remove;
    remove.mutable_remove_device()->set_device_id(laptop.self->login().device().id.str());
    SECTION("while it is there") {
        world.run(ask(phone, remove, Errc{}));
        world.pass(1s);
        CHECK(laptop.lost_at.empty());  // it was told, and did not have to find out
        CHECK(laptop.lost_at.empty());  // it was told, and did not have to find out
    }
    SECTION("while it is away") {
        world.network.cut("alice.laptop", "server");
        world.run(ask(phone, remove, Errc{}));
        world.pass(1min);
        CHECK_FALSE(laptop.end);
        world.network.mend("alice.laptop", "server");
        world.pass(1min);
    }
    REQUIRE(laptop.end);
    CHECK(laptop.end->code() == Errc::not_logged_in);
    CHECK_FALSE(laptop.online());
    CHECK(phone.online());
}

TEST_CASE("whoever watches hears of each coming and going, also across a restart", "[rendezvous][online]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob");
    const auto come = [](Person& person) -> asio::awaitable<void> {
        auto there = co_await person.come(wire::pb::PROGRAM_CHAT, true);
        REQUIRE(there);
    };
    world.run(come(alice));
    CHECK(alice.changes == 1);
    come_online(bob);
    world.pass(1s);
    const int with_bob = alice.changes;
    CHECK(with_bob > 1);
    bob.die();
    world.pass(1s);
    CHECK(alice.changes > with_bob);
    world.kill_server();
    world.start_server();
    REQUIRE(world.until([&] { return alice.back_at.size() == 1; }));
    const int back = alice.changes;
    come_online(bob);
    world.pass(1s);
    CHECK(alice.changes > back);
}

TEST_CASE("a report the server refuses for good is not kept", "[rendezvous][online]") {
    World world;
    Person alice(world, "alice");
    const home::Report unknown{model::SessionId{world.random.array<16>()},
                               alice.self->login().device().id,
                               model::EndReason::closed,
                               ByteCount{1},
                               ByteCount{2},
                               "direct",
                               world.clock.wall()};
    REQUIRE(alice.reports.add(unknown));
    come_online(alice, wire::pb::PROGRAM_NONE);
    world.pass(1s);
    CHECK(alice.reports.pending()->empty());
}

TEST_CASE("an account is made with a password, and a second home enters it with the same one",
          "[rendezvous][accounts]") {
    World world;
    Person visitor(world, "visitor");  // whose network is used
    Home first, second, third;
    LoggedIn made, again, wrong, taken;
    world.run(
        enter(true, visitor, first.store, credentials(world, "laptop", "a long enough password"), made));
    REQUIRE(*made);
    CHECK(first.store.load()->user().text() == "dora");

    const auto before = world.clock.wall();
    world.run(enter(false, visitor, second.store, credentials(world, "laptop", "not that password"), wrong));
    const auto after = world.clock.wall();
    REQUIRE(!*wrong);
    CHECK(wrong->error().code() == Errc::bad_credentials);
    world.run(
        enter(false, visitor, second.store, credentials(world, "laptop", "a long enough password"), again));
    REQUIRE(*again);
    CHECK((*again)->login.device().name.text() == "laptop-2");
    CHECK((*again)->login.list().serial() == 2);
    CHECK((*again)->failed.count == 1);
    const bool then = (*again)->failed.last >= before && (*again)->failed.last <= after;
    CHECK(then);

    world.run(enter(true, visitor, third.store, credentials(world, "box", "some other password"), taken));
    REQUIRE(!*taken);
    CHECK(taken->error().code() == Errc::name_taken);
    CHECK_FALSE(*third.store.load_registration());
}

TEST_CASE("two homes that log in at one moment are both enrolled", "[rendezvous][accounts]") {
    World world;
    Person visitor(world, "visitor");
    Home first, second, third;
    LoggedIn made, one, two;
    world.run(enter(true, visitor, first.store, credentials(world, "box", "a long enough password"), made));
    REQUIRE(*made);
    std::vector<asio::awaitable<void>> both;
    both.push_back(
        enter(false, visitor, second.store, credentials(world, "laptop", "a long enough password"), one));
    both.push_back(
        enter(false, visitor, third.store, credentials(world, "phone", "a long enough password"), two));
    world.run_all(std::move(both));
    REQUIRE(*one);
    REQUIRE(*two);
    const auto serial = std::max((*one)->login.list().serial(), (*two)->login.list().serial());
    CHECK(serial == 3);
}
