// Another password: one statement of the account key, taken whole or not at all.
#include "identity/keys.hpp"
#include "identity/password_keys.hpp"
#include "scenario/directory/world.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// As registration() has it, and one version later.
std::string wrapped(int versions) {
    std::string bytes(identity::wrapped_account_key_size, 'w');
    bytes[7] = static_cast<char>(bytes[7] + versions);
    return bytes;
}

Person with_new_password(World& world, Person who) {
    who.login = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(world.random));
    ++who.serial;
    return who;
}

ClientMessage changing(const Person& to, const World& world) {
    auto message = request();
    auto* const change = message.mutable_change_password();
    change->set_device_list(wire::to_string(to.list(world.founding_key).sign(*to.account)));
    change->set_device_id(to.id.str());
    change->set_login_key(identity::public_key(*to.login).str());
    change->set_wrapped_key(wrapped(1));
    return message;
}

asio::awaitable<Errc> password_login(World& world, Person who) {
    Wire wire(world);
    const Status told = co_await wire.with_password(who);
    co_return told ? Errc{} : told.error().code();
}

asio::awaitable<void> expect_password(World& world, Person who, Errc expected) {
    const Errc told = co_await password_login(world, who);
    CHECK(told == expected);
}

asio::awaitable<void> expect_device(World& world, Person who, Errc expected) {
    Wire wire(world);
    const Status told = co_await wire.log_in(who);
    CHECK((told ? Errc{} : told.error().code()) == expected);
}

asio::awaitable<void> register_ok(World& world, Person who) {
    Wire wire(world);
    const Status made = co_await wire.register_user(who);
    REQUIRE(made);
    co_await wire.leave();
}

// Asks for it after a login with `was`.
asio::awaitable<void> expect_change(World& world, Person was, ClientMessage message, Errc expected) {
    Wire wire(world);
    const Status told = co_await wire.with_password(was);
    REQUIRE(told);
    auto changed = co_await wire.ask(std::move(message));
    CHECK((changed ? Errc{} : changed.error().code()) == expected);
}

asio::awaitable<void> enrol(World& world, Person who) {
    Wire wire(world);
    const Status told = co_await wire.with_password(who);
    REQUIRE(told);
    auto message = request();
    message.mutable_enrol_device()->set_device_id(who.id.str());
    message.mutable_enrol_device()->set_device_list(
        wire::to_string(who.list(world.founding_key).sign(*who.account)));
    auto enrolled = co_await wire.ask(std::move(message));
    REQUIRE(enrolled);
}

asio::awaitable<void> remove(World& world, Person by, Person whom) {
    Wire wire(world);
    const Status told = co_await wire.log_in(by);
    REQUIRE(told);
    auto message = request();
    message.mutable_remove_device()->set_device_id(whom.id.str());
    auto removed = co_await wire.ask(std::move(message));
    REQUIRE(removed);
}

}  // namespace

TEST_CASE("after a change only the new password counts, and devices and account key stay",
          "[scenario][directory][password]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto next = with_new_password(world, alice);
    world.run([](World& w, Person was, Person now) -> asio::awaitable<void> {
        Wire other(w);
        const Status there = co_await other.log_in(was);
        REQUIRE(there);
        Wire wire(w);
        const Status told = co_await wire.with_password(was);
        REQUIRE(told);
        auto changed = co_await wire.ask(changing(now, w));
        REQUIRE(changed);
        CHECK(changed->has_done());
        // It goes on as that device, and the others do as they did.
        const Status announced = co_await wire.announce(wire::pb::PROGRAM_CHAT, "memory://a:2000");
        CHECK(announced);
        const Status other_announced = co_await other.announce(wire::pb::PROGRAM_CHAT, "memory://a:2001");
        CHECK(other_announced);
    }(world, alice, next));
    world.run(expect_password(world, alice, Errc::bad_credentials));
    world.run([](World& w, Person now) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.with_password(now);
        REQUIRE(told);
        const auto& welcome = wire.welcome.welcome();
        CHECK(welcome.account_key() == identity::public_key(*now.account).str());
        CHECK(welcome.wrapped_key() == wrapped(1));
        CHECK(welcome.failed_attempts() == 1);
        const auto list = now.list(w.founding_key);
        CHECK(welcome.device_list() == wire::to_string(list.sign(*now.account)));
    }(world, next));
    world.run(expect_device(world, alice, Errc{}));
}

TEST_CASE("a change that is wrong in one part changes nothing", "[scenario][directory][password]") {
    World world;
    const Person alice(world.random, "alice", "laptop");
    world.run(register_ok(world, alice));
    const auto next = with_new_password(world, alice);

    auto late = next;
    ++late.serial;
    world.run(expect_change(world, alice, changing(late, world), Errc::conflict));
    world.run(expect_change(world, alice, changing(alice, world), Errc::conflict));
    for (const int versions : {0, 2}) {
        auto version = changing(next, world);
        version.mutable_change_password()->set_wrapped_key(wrapped(versions));
        world.run(expect_change(world, alice, version, Errc::conflict));
    }
    auto cut = changing(next, world);
    cut.mutable_change_password()->mutable_wrapped_key()->pop_back();
    world.run(expect_change(world, alice, cut, Errc::malformed));
    auto no_key = changing(next, world);
    no_key.mutable_change_password()->set_login_key("short");
    world.run(expect_change(world, alice, no_key, Errc::malformed));
    // Who guessed the password but has not the account key.
    auto forged = next;
    forged.account = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(world.random));
    world.run(expect_change(world, alice, changing(forged, world), Errc::identity));
    // A device cannot, whatever it brings.
    world.run([](World& w, Person who, ClientMessage message) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.log_in(who);
        REQUIRE(told);
        auto changed = co_await wire.ask(std::move(message));
        REQUIRE(!changed);
        CHECK(changed.error().code() == Errc::refused);
    }(world, alice, changing(next, world)));

    world.run(expect_password(world, alice, Errc{}));
    CHECK(world.kept().find_account(alice.user)->serial == 1);
}

TEST_CASE("a server killed at any moment of a change keeps one of the two passwords, whole",
          "[scenario][directory][password]") {
    bool was_counted = false, now_counted = false;
    for (int turns = 0; turns < 40; ++turns) {
        INFO("killed after " << turns << " turns of the loop");
        World world;
        const Person alice(world.random, "alice", "laptop");
        world.run(register_ok(world, alice));
        const auto next = with_new_password(world, alice);
        Wire wire(world);
        world.run([](Wire& on, Person was) -> asio::awaitable<void> {
            const Status told = co_await on.with_password(was);
            REQUIRE(told);
        }(wire, alice));
        wire.send(changing(next, world));
        int left = turns;
        world.loop.run_until([&left] { return left-- == 0; }, world.loop.now() + 1s);
        world.kill();
        world.start();

        const auto kept = world.kept().find_account(alice.user);
        REQUIRE(kept);
        const bool changed = kept->serial == 2;
        (changed ? now_counted : was_counted) = true;
        CHECK(as_text(kept->wrapped_key) == wrapped(changed ? 1 : 0));
        world.run(expect_password(world, changed ? next : alice, Errc{}));
        world.run(expect_password(world, changed ? alice : next, Errc::bad_credentials));
        world.run(expect_device(world, alice, Errc{}));
    }
    // Else the moments were not around it.
    CHECK(was_counted);
    CHECK(now_counted);
}

TEST_CASE("who logs in with a password learns which devices the next list leaves out",
          "[scenario][directory][password]") {
    World world;
    const Person laptop(world.random, "alice", "laptop");
    world.run(register_ok(world, laptop));
    const Person phone(world.random, laptop, "phone");
    world.run(enrol(world, phone));
    world.run(remove(world, laptop, phone));
    world.run([](World& w, Person who, model::DeviceId gone) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.with_password(who);
        REQUIRE(told);
        const auto& welcome = wire.welcome.welcome();
        REQUIRE(welcome.removed_devices_size() == 1);
        CHECK(welcome.removed_devices(0) == gone.str());
        Wire device(w);
        const Status known = co_await device.log_in(who);
        REQUIRE(known);
        CHECK(device.welcome.welcome().removed_devices_size() == 0);
    }(world, laptop, phone.id));
    // Without it on the list it is forgotten.
    auto next = with_new_password(world, laptop);
    next.serial = phone.serial + 1;
    world.run(expect_change(world, laptop, changing(next, world), Errc{}));
    world.run([](World& w, Person who) -> asio::awaitable<void> {
        Wire wire(w);
        const Status told = co_await wire.with_password(who);
        REQUIRE(told);
        CHECK(wire.welcome.welcome().removed_devices_size() == 0);
    }(world, next));
    world.run(expect_device(world, phone, Errc::not_logged_in));
}
