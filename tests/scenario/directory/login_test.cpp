#include "scenario/directory/world.hpp"

#include "identity/keys.hpp"
#include "identity/password_keys.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

asio::awaitable<void> note(asio::awaitable<Status> of, std::vector<Errc>& into) {
    const Status status = co_await std::move(of);
    into.push_back(status ? Errc{} : status.error().code());
}

// Everybody at once, each from a wire of its own; what each was told.
std::vector<Errc> all_at_once(World& world, std::vector<std::unique_ptr<Wire>>& wires,
                              const std::function<asio::awaitable<Status>(Wire&, std::size_t)>& start) {
    std::vector<Errc> told;
    io::TaskGroup tasks(world.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    for (std::size_t i = 0; i < wires.size(); ++i)
        tasks.spawn("one", note(start(*wires[i], i), told));
    REQUIRE(world.loop.run_until([&] { return tasks.running() == 0; }));
    return told;
}

Person with_wrong_password(World& world, Person who) {
    who.login = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(world.random));
    return who;
}

asio::awaitable<void> register_ok(World& world, Person who) {
    Wire wire(world);
    const Status made = co_await wire.register_user(who);
    REQUIRE(made);
    co_await wire.leave();
}

asio::awaitable<void> expect_password(World& world, Person who, Errc expected) {
    Wire wire(world);
    const Status told = co_await wire.with_password(who);
    CHECK((told ? Errc{} : told.error().code()) == expected);
}

asio::awaitable<void> expect_device(World& world, Person who, Errc expected) {
    Wire wire(world);
    const Status told = co_await wire.log_in(who);
    CHECK((told ? Errc{} : told.error().code()) == expected);
}

asio::awaitable<void> expect_registration(World& world, Person who, Errc expected) {
    Wire wire(world);
    const Status told = co_await wire.register_user(who);
    CHECK((told ? Errc{} : told.error().code()) == expected);
}

}  // namespace

TEST_CASE("a new user registers, leaves and logs in with the device key", "[scenario][directory][login]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    World world({}, bound);
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w, "192.0.2.7");
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        CHECK(wire.welcome.welcome().account_key() == identity::public_key(*who.account).str());
        CHECK(wire.welcome.welcome().observed() == "192.0.2.7");
        CHECK(wire.welcome.welcome().wrapped_key().empty());
        CHECK(wire.welcome.welcome().failed_attempts() == 0);
    }(world, alice));
}

TEST_CASE("a probe learns the founding key and nothing else", "[scenario][directory][login]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    World world({}, bound);
    const Person nobody(world.random, "nobody", "x");
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        std::vector<Bytes> nothing;
        const Status told = co_await wire.enter(wire::pb::ROLE_PROBE, who, nullptr, std::move(nothing));
        // enter() checked the key; then the server ended.
        REQUIRE(!told);
        CHECK(told.error().code() == Errc::closed);
    }(world, nobody));
}

TEST_CASE("a name is taken by its first account key, and the same key may say so again",
          "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    const Person other(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run(expect_registration(world, other, Errc::name_taken));
    world.run(expect_registration(world, alice, Errc{}));
    CHECK(world.log.count("registered") == 1);
}

TEST_CASE("a registration must be of the key it proves, with one device and serial 1",
          "[scenario][directory][login]") {
    World world;
    Person two(world.random, "alice", "laptop");
    two = Person(world.random, two, "phone");
    two.serial = 1;
    world.run(expect_registration(world, two, Errc::malformed));
    Person late(world.random, "alice", "laptop");
    late.serial = 2;
    world.run(expect_registration(world, late, Errc::malformed));
    Person stolen(world.random, "alice", "laptop");
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Person eve(w.random, "alice", "laptop");
        std::vector<Bytes> first;
        first.push_back(registration(who, w.founding_key));
        const Status told =
            co_await wire.enter(wire::pb::ROLE_REGISTER, eve, eve.account.get(), std::move(first));
        REQUIRE(!told);
        CHECK(told.error().code() == Errc::identity);
    }(world, stolen));
    CHECK(*world.kept().count_accounts() == 0);
}

TEST_CASE("a hundred registrations of one name at once make one account", "[scenario][directory][login]") {
    World world;
    std::vector<std::unique_ptr<Wire>> wires;
    std::vector<Person> people;
    for (int i = 0; i < 100; ++i) {
        wires.push_back(std::make_unique<Wire>(world));
        people.emplace_back(world.random, "alice", "laptop");
    }
    const auto told =
        all_at_once(world, wires, [&](Wire& wire, std::size_t i) { return wire.register_user(people[i]); });
    CHECK(std::count(told.begin(), told.end(), Errc{}) == 1);
    CHECK(std::count(told.begin(), told.end(), Errc::name_taken) == 99);
    CHECK(*world.kept().count_accounts() == 1);
}

TEST_CASE("closed registration refuses before it looks anything up", "[scenario][directory][login]") {
    directory::ServerOptions options;
    options.registration = directory::Registration::closed;
    World world(options);
    const Person alice(world.random, "alice", "laptop");
    world.run(expect_registration(world, alice, Errc::refused));
    CHECK(*world.kept().count_accounts() == 0);
}

TEST_CASE("a source makes so many accounts an hour and another one is not affected",
          "[scenario][directory][login]") {
    directory::ServerOptions options;
    options.limits.registrations_an_hour = 2;
    World world(options);
    for (const auto* name : {"a", "b"})
        world.run(register_ok(world, Person(world.random, name, "d")));
    world.run(expect_registration(world, Person(world.random, "c", "d"), Errc::busy));
    world.run([](World& w) -> asio::awaitable<void> {
        Wire wire(w, "10.0.0.2");
        const Person who(w.random, "c", "d");
        const Status told = co_await wire.register_user(who);
        CHECK(told);
    }(world));
    world.pass(1h);
    world.run(expect_registration(world, Person(world.random, "e", "d"), Errc{}));
}

TEST_CASE("a password adds a device, which then logs in by its key", "[scenario][directory][login]") {
    World world;
    const Person laptop(world.random, "alice", "laptop");
    world.run(register_ok(world, laptop));
    const Person phone(world.random, laptop, "phone");
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.with_password(who);
        REQUIRE(told);
        CHECK(wire.welcome.welcome().wrapped_key().size() == identity::wrapped_account_key_size);
        auto message = request();
        message.mutable_enrol_device()->set_device_id(who.id.str());
        message.mutable_enrol_device()->set_device_list(
            wire::to_string(who.list(w.founding_key).sign(*who.account)));
        auto enrolled = co_await wire.ask(message);
        REQUIRE(enrolled);
        CHECK(enrolled->has_done());
        // From here on it is logged in as that device.
        const Status announced = co_await wire.announce(wire::pb::PROGRAM_CHAT, "memory://a:2000");
        CHECK(announced);
        // The same list again: somebody was first.
        Wire again(w);
        const Status second = co_await again.with_password(who);
        REQUIRE(second);
        auto repeated = co_await again.ask(message);
        REQUIRE(!repeated);
        CHECK(repeated.error().code() == Errc::conflict);
    }(world, phone));
    world.run(expect_device(world, phone, Errc{}));
}

TEST_CASE("three wrong passwords block, and the right one is then refused unevaluated",
          "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    WallTime failed_at{};
    for (int i = 0; i < 3; ++i) {
        world.pass(1min);
        failed_at = world.clock.wall();
        world.run(expect_password(world, with_wrong_password(world, alice), Errc::bad_credentials));
    }
    world.pass(1min);
    world.run(expect_password(world, alice, Errc::blocked));
    world.kill();
    world.start();
    // The owner's device works, and is told once.
    world.run([](World& w, Person who, WallTime at) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        CHECK(wire.welcome.welcome().failed_attempts() == 3);
        const WallTime last{std::chrono::milliseconds{wire.welcome.welcome().last_failed_ms()}};
        CHECK(last == at);
        Wire again(w);
        const Status second = co_await again.log_in(who);
        REQUIRE(second);
        CHECK(again.welcome.welcome().failed_attempts() == 0);
        CHECK(again.welcome.welcome().last_failed_ms() == 0);
    }(world, alice, failed_at));
    world.pass(15min);
    world.run(expect_password(world, alice, Errc{}));
}

TEST_CASE("the owner's device opens one window of three more", "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto wrong = with_wrong_password(world, alice);
    for (int i = 0; i < 3; ++i)
        world.run(expect_password(world, wrong, Errc::bad_credentials));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        auto message = request();
        message.mutable_open_window();
        auto opened = co_await wire.ask(message);
        CHECK(opened);
    }(world, alice));
    for (int i = 0; i < 3; ++i)
        world.run(expect_password(world, wrong, Errc::bad_credentials));
    world.run(expect_password(world, alice, Errc::blocked));
    world.pass(16min);  // the second block is twice as long
    world.run(expect_password(world, alice, Errc::blocked));
    world.pass(15min);
    world.run(expect_password(world, alice, Errc{}));
}

TEST_CASE("wrong twice, a killed server, wrong once: blocked", "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto wrong = with_wrong_password(world, alice);
    for (int i = 0; i < 2; ++i)
        world.run(expect_password(world, wrong, Errc::bad_credentials));
    world.kill();
    world.start();
    world.run(expect_password(world, wrong, Errc::bad_credentials));
    world.run(expect_password(world, alice, Errc::blocked));
    // Not even a clock set forward helps: a block is time left, saved each minute.
    world.pass(10min);
    world.kill();
    world.clock.set_wall(world.clock.wall() + 24h);
    world.start();
    world.run(expect_password(world, alice, Errc::blocked));
    world.pass(7min);
    world.run(expect_password(world, alice, Errc{}));
}

TEST_CASE("of a hundred wrong passwords at once exactly three are evaluated",
          "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 100; ++i)
        wires.push_back(std::make_unique<Wire>(world));
    const auto wrong = with_wrong_password(world, alice);
    const auto told =
        all_at_once(world, wires, [&](Wire& wire, std::size_t) { return wire.with_password(wrong); });
    CHECK(std::count(told.begin(), told.end(), Errc::bad_credentials) == 3);
    CHECK(std::count(told.begin(), told.end(), Errc::blocked) == 97);
}

TEST_CASE("an unknown name is answered as a wrong password is, in the same time",
          "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto wrong = with_wrong_password(world, alice);
    const Person ghost(world.random, "ghost", "laptop");
    world.pass(1h);
    std::vector<std::tuple<Errc, std::uint64_t, Duration>> told[2];
    int row = 0;
    for (const auto& [who, from] : {std::pair{wrong, "10.0.0.3"}, std::pair{ghost, "10.0.0.4"}}) {
        for (int i = 0; i < 5; ++i) {
            world.run([](World& w, Person p, std::string host, auto& into) -> asio::awaitable<void> {
                const Instant began = w.loop.now();
                Wire wire(w, host);
                const Status said = co_await wire.with_password(p);
                REQUIRE(!said);
                // The time to a whole second: what is left of a block is counted from its own start.
                into.emplace_back(said.error().code(), wire.retry_after_ms, w.loop.now() - began);
            }(world, who, from, told[row]));
        }
        ++row;
    }
    CHECK(told[0] == told[1]);
    CHECK(std::get<2>(told[0][0]) >= 250ms);
    CHECK(std::get<0>(told[0][3]) == Errc::blocked);
}

TEST_CASE("a device that is unknown, removed or of another key gets one and the same answer",
          "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    Person stranger(world.random, "bob", "laptop");
    world.run(expect_device(world, stranger, Errc::not_logged_in));
    Person wrong_key = alice;
    wrong_key.key = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(world.random));
    world.run(expect_device(world, wrong_key, Errc::not_logged_in));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire one(w), other(w);
        const Status first = co_await one.log_in(who);
        REQUIRE(first);
        const Status second = co_await other.log_in(who);
        REQUIRE(second);
        auto message = request();
        message.mutable_remove_device()->set_device_id(who.id.str());
        auto removed = co_await one.ask(message);
        CHECK(removed);
        auto told = co_await other.event(w.soon());
        REQUIRE(told);
        CHECK(told->has_device_removed());
        auto end = co_await other.event(w.soon());
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::closed);
    }(world, alice));
    world.run(expect_device(world, alice, Errc::not_logged_in));
}

TEST_CASE("logging out disables the device and ends its connections", "[scenario][directory][login]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        auto message = request();
        message.mutable_logout();
        auto done = co_await wire.ask(message);
        REQUIRE(done);
        CHECK(done->has_done());
        auto end = co_await wire.event(w.soon());
        CHECK(!end);
    }(world, alice));
    world.run(expect_device(world, alice, Errc::not_logged_in));
    // An account key that repeats its registration does not bring a removed device back.
    world.run(expect_registration(world, alice, Errc::refused));
}

TEST_CASE("a device holds so many connections, and one that fell silent gives way",
          "[scenario][directory][login]") {
    directory::ServerOptions options;
    options.limits.connections_a_device = 2;
    World world(options);
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire one(w, "10.0.0.1"), two(w, "10.0.0.2"), three(w, "10.0.0.3");
        const Status first = co_await one.log_in(who);
        CHECK(first);
        const Status second = co_await two.log_in(who);
        CHECK(second);
        const Status third = co_await three.log_in(who);
        REQUIRE(!third);
        CHECK(third.error().code() == Errc::too_many_connections);
        w.network.cut("10.0.0.1", "server");
        co_await io::sleep_until(w.loop, w.loop.now() + 21s);
        const Status fourth = co_await three.log_in(who);
        CHECK(fourth);
        CHECK(w.server->counts().connections == 2);
    }(world, alice));
}
