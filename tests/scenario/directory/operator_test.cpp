// The operator: accounts blocked and removed, and the record of what happened.
#include "directory/audit_desk.hpp"
#include "identity/keys.hpp"
#include "scenario/directory/operated.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using directory::Operator;

namespace {

// A call of `caller` to `callee`, made by somebody who is connected; what it was answered.
asio::awaitable<Errc> call(Wire& from, std::string callee) {
    auto message = calling(callee, wire::pb::KIND_CHAT);
    auto reply = co_await from.ask(std::move(message));
    co_return reply ? Errc{} : reply.error().code();
}

// Logs in with the password, lets `meanwhile` happen, and only then asks for its device.
Errc enrols_after(Operated& at, const Person& who, const std::function<void()>& meanwhile) {
    Errc told{};
    at.world.run([](World& w, Person her, std::function<void()> then, Errc& out) -> asio::awaitable<void> {
        Wire wire(w);
        const Status in = co_await wire.with_password(her);
        REQUIRE(in);
        then();
        auto message = request();
        message.mutable_enrol_device()->set_device_list(
            wire::to_string(her.list(w.founding_key).sign(*her.account)));
        message.mutable_enrol_device()->set_device_id(her.id.str());
        auto reply = co_await wire.ask(std::move(message));
        out = reply ? Errc{} : reply.error().code();
    }(at.world, who, meanwhile, told));
    return told;
}

}  // namespace

TEST_CASE("a blocked account can log in neither by key nor by password, and an unblocked one by both",
          "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    CHECK(at.asks(&Operator::block, "alice") == Errc{});
    CHECK(at.device(alice) == Errc::account_blocked);
    CHECK(at.password(alice) == Errc::account_blocked);
    CHECK(at.registers(alice) == Errc::account_blocked);
    at.world.kill();
    at.world.start();
    CHECK(at.device(alice) == Errc::account_blocked);
    CHECK(at.asks(&Operator::unblock, "alice") == Errc{});
    CHECK(at.device(alice) == Errc{});
    CHECK(at.password(alice) == Errc{});
    for (const auto what : {&Operator::block, &Operator::unblock, &Operator::remove})
        CHECK(at.asks(what, "bob") == Errc::no_such_user);
}

TEST_CASE("only who has the password or the key learns that an account is blocked",
          "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.asks(&Operator::block, "alice") == Errc{});
    CHECK(at.password(with_wrong_password(at, alice)) == Errc::bad_credentials);
    Person stranger(at.world.random, "alice", "laptop");
    stranger.id = alice.id;
    CHECK(at.device(stranger) == Errc::not_logged_in);
    CHECK(at.registers(stranger) == Errc::name_taken);
}

TEST_CASE("a block ends the account's connections with its reason, and nobody is led to them meanwhile",
          "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person bob(at.world.random, "bob", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.registers(bob) == Errc{});
    at.world.run([](World& w, Person she, Person he) -> asio::awaitable<void> {
        Wire his(w, "10.0.0.2");
        const Status in = co_await his.log_in(he);
        REQUIRE(in);
        auto announced = co_await his.announce(wire::pb::PROGRAM_CHAT, "memory://b:2000");
        REQUIRE(announced);
        Wire hers(w);
        const Status here = co_await hers.log_in(she);
        REQUIRE(here);
        auto by = w.server->operated();
        const Status blocked = co_await by.block(he.user, operator_uid);
        REQUIRE(blocked);
        // His connection takes up to two seconds to end; his end of it does nothing here.
        const Errc told = co_await call(hers, "bob");
        CHECK(told == Errc::peer_offline);
        auto last = co_await his.channel->read(w.soon());
        REQUIRE(last);
        CHECK(last->type() == wire::FrameType::refuse);
        CHECK(channel::refusal_error(*last).code() == Errc::account_blocked);
        auto end = co_await his.channel->read(w.soon());
        CHECK(!end);
    }(at.world, alice, bob));
}

TEST_CASE("a password login that was right before a block brings no device after it",
          "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const Person phone(at.world.random, alice, "phone");
    const auto told = enrols_after(at, phone, [&at, user = alice.user]() {
        REQUIRE(at.world.kept().set_account_state(user, storage::AccountState::blocked));
    });
    CHECK(told == Errc::account_blocked);
    CHECK(at.world.kept().find_account(alice.user)->devices.size() == 1);
}

TEST_CASE("a list of the old account key is refused once the key was replaced",
          "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const Person phone(at.world.random, alice, "phone");
    // A new account of that name, whose first list has the serial 1 as well.
    const auto stored = *at.world.kept().find_account(alice.user);
    const storage::NewAccount other{alice.user,
                                    identity::public_key(*phone.key),
                                    stored.login_key,
                                    {},
                                    {.serial = 1, .signed_bytes = {}, .devices = {}},
                                    stored.created};
    const auto told = enrols_after(at, phone, [&]() { REQUIRE(at.world.kept().replace_account(other)); });
    CHECK(told == Errc::bad_credentials);
    CHECK(at.world.kept().find_account(alice.user)->devices.empty());
}

TEST_CASE("unblocking lifts a lockout after wrong passwords, and its doubling",
          "[scenario][directory][operator]") {
    directory::ServerOptions options;
    options.limits.block.lockout = GENERATE(directory::Lockout::timed, directory::Lockout::permanent);
    Operated at(options);
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const Person wrong = with_wrong_password(at, alice);
    for (int i = 0; i < 3; ++i)
        CHECK(at.password(wrong) == Errc::bad_credentials);
    CHECK(at.password(alice) == Errc::blocked);
    CHECK(at.stats().lockouts == 1);
    CHECK(at.asks(&Operator::unblock, "alice") == Errc{});
    CHECK(at.stats().lockouts == 0);
    at.world.kill();
    at.world.start();
    for (int i = 0; i < 2; ++i)
        CHECK(at.password(wrong) == Errc::bad_credentials);
    CHECK(at.password(alice) == Errc{});
}

TEST_CASE("an account that is removed frees its name for another key", "[scenario][directory][operator]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person other(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const Person wrong = with_wrong_password(at, alice);
    for (int i = 0; i < 3; ++i)
        CHECK(at.password(wrong) == Errc::bad_credentials);
    CHECK(at.asks(&Operator::remove, "alice") == Errc{});
    CHECK(at.device(alice) == Errc::not_logged_in);
    CHECK(at.registers(other) == Errc{});
    CHECK(at.device(alice) == Errc::not_logged_in);
    // The attempts at the old account are not the new one's.
    CHECK(at.password(other) == Errc{});
}

TEST_CASE("what people and the operator do is in the record, each with where it came from",
          "[scenario][directory][audit]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    CHECK(at.password(with_wrong_password(at, alice)) == Errc::bad_credentials);
    CHECK(at.password(alice) == Errc{});
    CHECK(at.asks(&Operator::block, "alice") == Errc{});
    CHECK(at.password(alice) == Errc::account_blocked);
    CHECK(at.asks(&Operator::remove, "alice") == Errc{});
    CHECK(at.audit() == std::vector<std::string>{"registered done alice", "login wrong alice",
                                                 "login done alice", "admin_block done alice",
                                                 "login refused alice", "admin_remove done alice"});
    const auto rows = at.world.kept().audit_after(0, 10);
    for (const auto& row : *rows) {
        const bool by_operator = row.entry.uid.has_value();
        CHECK(row.entry.source == (by_operator ? "" : "10.0.0.1"));
        if (by_operator) CHECK(*row.entry.uid == operator_uid);
    }
}

TEST_CASE("a name that nobody has makes no row, however often it is tried", "[scenario][directory][audit]") {
    Operated at;
    const Person nobody(at.world.random, "nobody", "laptop");
    for (int i = 0; i < 5; ++i)
        at.password(nobody);
    CHECK(at.audit().empty());
    // The blocked ones were not looked at.
    CHECK(at.stats().unknown_names == 3);
    CHECK(at.asks(&Operator::block, "nobody") == Errc::no_such_user);
    CHECK(at.audit().empty());
}

TEST_CASE("a lockout is one row, and the tries it refuses are none", "[scenario][directory][audit]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    const Person wrong = with_wrong_password(at, alice);
    for (int i = 0; i < 20; ++i)
        at.password(wrong);
    CHECK(at.audit() == std::vector<std::string>{"registered done alice", "login wrong alice",
                                                 "login wrong alice", "login wrong alice",
                                                 "lockout done alice"});
}

TEST_CASE("of one user at most a hundred rows an hour are kept, the last one says so",
          "[scenario][directory][audit]") {
    Operated at;
    const Person alice(at.world.random, "alice", "laptop");
    const Person bob(at.world.random, "bob", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    REQUIRE(at.registers(bob) == Errc{});
    for (int i = 0; i < 120; ++i)
        REQUIRE(at.password(alice) == Errc{});
    auto rows = at.audit();
    CHECK(rows.size() == 2 + directory::AuditDesk::rows_an_hour);
    CHECK(rows.back() == "more done alice");
    CHECK(at.password(bob) == Errc{});
    CHECK(at.asks(&Operator::block, "alice") == Errc{});
    rows = at.audit();
    CHECK(rows.back() == "admin_block done alice");
    CHECK(rows.at(rows.size() - 2) == "login done bob");
    at.asks(&Operator::unblock, "alice");
    at.world.pass(std::chrono::hours{1});
    CHECK(at.password(alice) == Errc{});
    CHECK(at.audit().back() == "login done alice");
}

TEST_CASE("the record goes back as far as its retention says", "[scenario][directory][audit]") {
    directory::ServerOptions options;
    options.audit_retention = std::chrono::hours{48};
    Operated at(options);
    const Person alice(at.world.random, "alice", "laptop");
    REQUIRE(at.registers(alice) == Errc{});
    at.world.pass(std::chrono::hours{40});
    CHECK(at.password(alice) == Errc{});
    at.world.pass(std::chrono::hours{10});
    CHECK(at.audit() == std::vector<std::string>{"login done alice"});
}
