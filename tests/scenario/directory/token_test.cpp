// Tokens of the operator: one registration, one password, one new account key.
#include "directory/rate.hpp"
#include "scenario/directory/operated.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using directory::Operator;
using directory::Registration;
using storage::TokenUse;

namespace {

directory::ServerOptions with(Registration mode) {
    directory::ServerOptions options;
    options.registration = mode;
    return options;
}

void lock_out(Operated& at, const Person& who) {
    const Person wrong = with_wrong_password(at, who);
    for (int i = 0; i < 3; ++i)
        REQUIRE(at.password(wrong) == Errc::bad_credentials);
    REQUIRE(at.password(who) == Errc::blocked);
}

}  // namespace

TEST_CASE("by invitation a token makes one account, and no name can be probed without one",
          "[scenario][directory][token]") {
    Operated at(with(Registration::invite));
    const Person alice(at.world.random, "alice", "laptop");
    const Person bob(at.world.random, "bob", "laptop");
    const Person other(at.world.random, "alice", "laptop");
    CHECK(at.registers(alice) == Errc::bad_token);
    const auto token = at.token(TokenUse::registration);
    CHECK(at.registers(alice, token) == Errc{});
    // Lost replies are repeated, with the token that is used up.
    CHECK(at.registers(alice, token) == Errc{});
    CHECK(at.registers(bob, token) == Errc::bad_token);
    CHECK(at.registers(bob) == Errc::bad_token);
    CHECK(at.registers(other) == Errc::bad_token);
    CHECK(at.registers(other, token) == Errc::bad_token);
    // Who was invited may be told, and the token is still theirs.
    const auto second = at.token(TokenUse::registration);
    CHECK(at.registers(other, second) == Errc::name_taken);
    CHECK(at.registers(bob, second) == Errc{});
    CHECK(at.stats().tokens == storage::TokenCounts{});
}

TEST_CASE("where registration is closed a token of one does not open it", "[scenario][directory][token]") {
    Operated at(with(Registration::closed));
    const Person alice(at.world.random, "alice", "laptop");
    const auto token = at.token(TokenUse::registration);
    CHECK(at.registers(alice) == Errc::refused);
    CHECK(at.registers(alice, token) == Errc::refused);
    CHECK(at.world.kept().count_accounts().value() == 0);
}

TEST_CASE("where everybody may register a token that is none is refused all the same",
          "[scenario][directory][token]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    for (const auto& none : {std::string{"x"}, std::string(32, 'a')})
        CHECK(at.registers(alice, none) == Errc::bad_token);
    CHECK(at.registers(alice) == Errc{});
}

TEST_CASE("a token of an attempt admits one password while that is blocked", "[scenario][directory][token]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person bob(at.world.random, "bob", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.registers(bob) == Errc{});
    const auto token = at.token(TokenUse::attempt, "alice");
    // Not needed, and not used up.
    CHECK(at.password(alice, token) == Errc{});
    lock_out(at, alice);
    CHECK(at.password(with_wrong_password(at, alice), token) == Errc::bad_credentials);
    CHECK(at.password(alice, token) == Errc::bad_token);
    CHECK(at.password(alice) == Errc::blocked);
    const auto second = at.token(TokenUse::attempt, "alice");
    CHECK(at.password(alice, second) == Errc{});
    // The right password has ended the lockout.
    CHECK(at.password(alice) == Errc{});
    CHECK(at.audit().back() == "login done alice");
}

TEST_CASE("a token is good for its own user, use and time alone", "[scenario][directory][token]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person bob(at.world.random, "bob", "laptop");
    const Person other(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.registers(bob) == Errc{});
    lock_out(at, alice);
    for (const auto& wrong : {at.token(TokenUse::attempt, "bob"), at.token(TokenUse::reset, "alice"),
                              at.token(TokenUse::registration)}) {
        CHECK(at.password(alice, wrong) == Errc::bad_token);
    }
    for (const auto& wrong : {at.token(TokenUse::attempt, "alice"), at.token(TokenUse::reset, "bob")})
        CHECK(at.registers(other, wrong) == Errc::bad_token);
    CHECK(at.asks(&Operator::unblock, "alice") == Errc{});
    lock_out(at, alice);
    const auto late = at.token(TokenUse::attempt, "alice");
    const auto reset = at.token(TokenUse::reset, "alice");
    at.world.clock.set_wall(at.world.clock.wall() + std::chrono::hours{24});
    CHECK(at.password(alice, late) == Errc::bad_token);
    CHECK(at.registers(other, reset) == Errc::bad_token);
    CHECK(at.device(alice) == Errc{});
}

TEST_CASE("a wrong token costs its source a growing delay, as a wrong password does",
          "[scenario][directory][token]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const std::string none(identity::Token::size, 'x');
    Duration before = Duration::zero();
    for (int i = 0; i < 3; ++i) {
        const Instant began = at.world.loop.now();
        CHECK(at.registers(Person(at.world.random, "alice", "x"), none) == Errc::bad_token);
        const Duration took = at.world.loop.now() - began;
        CHECK(took >= std::max<Duration>(at.world.options.limits.failures.first, before + 100ms));
        before = took;
    }
}

TEST_CASE("a reset leaves the account as it is until its token is used, and then puts a new key in its place",
          "[scenario][directory][token]") {
    const auto mode = GENERATE(Registration::open, Registration::closed, Registration::invite);
    Operated at(with(Registration::open));
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    at.world.kill();
    at.world.options = with(mode);
    at.world.start();
    const Person fresh(at.world.random, "alice", "tablet");
    const auto token = at.token(TokenUse::reset, "alice");
    const auto spare = at.token(TokenUse::reset, "alice");
    CHECK(at.device(alice) == Errc{});
    lock_out(at, alice);
    at.world.run([](World& w, Person old, Person anew, std::string shown) -> asio::awaitable<void> {
        Wire was(w, "10.0.0.2");
        const Status in = co_await was.log_in(old);
        REQUIRE(in);
        Wire now(w);
        now.token = std::move(shown);
        const Status made = co_await now.register_user(anew);
        REQUIRE(made);
        auto event = co_await was.event(w.soon());
        REQUIRE(event);
        CHECK(event->has_device_removed());
        auto end = co_await was.channel->read(w.soon());
        CHECK(!end);
    }(at.world, alice, fresh, token));
    CHECK(at.device(alice) == Errc::not_logged_in);
    CHECK(at.device(fresh) == Errc{});
    // Neither the lockout nor another token of the old account is left.
    CHECK(at.password(fresh) == Errc{});
    CHECK(at.password(alice) == Errc::bad_credentials);
    const Person third(at.world.random, "alice", "third");
    CHECK(at.registers(third, spare) == Errc::bad_token);
    CHECK(at.registers(third, token) == Errc::bad_token);
    const auto rows = at.audit();
    CHECK(std::find(rows.begin(), rows.end(), "reset done alice") != rows.end());
}

TEST_CASE("a reset does not lift a block", "[scenario][directory][token]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person fresh(at.world.random, "alice", "tablet");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.asks(&Operator::block, "alice") == Errc{});
    CHECK(at.registers(fresh, at.token(TokenUse::reset, "alice")) == Errc::account_blocked);
    REQUIRE(at.asks(&Operator::unblock, "alice") == Errc{});
    CHECK(at.device(fresh) == Errc{});
    CHECK(at.device(alice) == Errc::not_logged_in);
}

TEST_CASE("of two who show one token at the same time one is let in", "[scenario][directory][token]") {
    Operated at(with(Registration::invite));
    const auto token = at.token(TokenUse::registration);
    std::vector<Errc> told;
    {
        io::TaskGroup tasks(at.world.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
        for (int i = 0; i < 20; ++i) {
            const Person who(at.world.random, "user" + std::to_string(i), "laptop");
            tasks.spawn(
                "one",
                [](World& w, Person one, std::string shown, std::vector<Errc>& out) -> asio::awaitable<void> {
                    Wire wire(w, "10.0.1." + one.user.text().substr(4));
                    wire.token = std::move(shown);
                    const Status status = co_await wire.register_user(one);
                    out.push_back(code_of(status));
                }(at.world, who, token, told));
        }
        REQUIRE(at.world.loop.run_until([&] { return tasks.running() == 0; }));
    }
    CHECK(std::count(told.begin(), told.end(), Errc{}) == 1);
    CHECK(std::count(told.begin(), told.end(), Errc::bad_token) == 19);
}
