// What the operator of a server does with accounts, the tokens given out, and the audit record.
#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

namespace {

TokenRecord token(std::string_view text, TokenUse use, std::int64_t expires = 9000) {
    const bool any = use == TokenUse::registration;
    return {.hash = id_of<TokenHash>(text),
            .use = use,
            .user = any ? std::nullopt : std::optional{user("alice")},
            .expires = at(expires)};
}

AuditEntry happening(AuditEvent event, std::int64_t when) {
    return {event, AuditOutcome::done, at(when)};
}

std::vector<std::uint64_t> numbers(const std::vector<AuditRow>& rows) {
    std::vector<std::uint64_t> found;
    for (const auto& row : rows)
        found.push_back(row.number);
    return found;
}

}  // namespace

TEMPLATE_TEST_CASE("a blocked account stays blocked until it is said otherwise", "[storage][operator]",
                   InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.create_account(account("alice")));
    good(store.create_account(account("bob")));
    CHECK(good(store.find_account(user("alice"))).state == AccountState::enabled);
    good(store.set_account_state(user("alice"), AccountState::blocked));
    good(store.set_account_state(user("alice"), AccountState::blocked));
    CHECK(good(store.find_account(user("alice"))).state == AccountState::blocked);
    CHECK(good(store.find_account(user("bob"))).state == AccountState::enabled);
    CHECK(good(store.list_accounts()).at(0).state == AccountState::blocked);
    CHECK(good(store.list_accounts()).at(1).state == AccountState::enabled);
    // Neither a new list nor another key changes that.
    good(store.replace_devices(user("alice"),
                               {.serial = 2, .signed_bytes = {}, .devices = {listed("x", "x")}}));
    good(store.replace_account(account("alice")));
    CHECK(good(store.find_account(user("alice"))).state == AccountState::blocked);
    good(store.set_account_state(user("alice"), AccountState::enabled));
    CHECK(good(store.find_account(user("alice"))).state == AccountState::enabled);
    CHECK(code(store.set_account_state(user("carol"), AccountState::blocked)) == Errc::not_found);
}

TEMPLATE_TEST_CASE("an account that is replaced has other keys, and none of its devices and tokens",
                   "[storage][operator]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    auto alice = account("alice");
    alice.list.devices.push_back(listed("phone", "phone"));
    good(store.create_account(alice));
    good(store.disable_device(user("alice"), device_id("phone")));
    good(store.keep_token(token("t", TokenUse::reset)));
    auto other = account("alice");
    other.account_key = key("another");
    other.login_key = key("another login");
    other.wrapped_key = bytes("another wrapped");
    other.list = {.serial = 1, .signed_bytes = bytes("list 2"), .devices = {listed("phone", "tablet")}};
    other.created = at(7777);
    good(store.replace_account(other));

    const auto found = good(store.find_account(user("alice")));
    CHECK(found.account_key == other.account_key);
    CHECK(found.login_key == other.login_key);
    CHECK(found.wrapped_key == other.wrapped_key);
    CHECK(found.serial == 1);
    CHECK(found.signed_list == other.list.signed_bytes);
    CHECK(found.created == at(1000));
    REQUIRE(found.devices.size() == 1);
    // Of the same id, and yet a new device.
    CHECK(found.devices[0].name.text() == "tablet");
    CHECK(found.devices[0].state == DeviceState::enabled);
    CHECK(code(store.find_device(user("alice"), device_id("alice"))) == Errc::not_found);
    CHECK(code(store.find_token(id_of<TokenHash>("t"), at(0))) == Errc::not_found);
    auto bob = account("bob");
    bob.list.devices = {listed("alice", "laptop")};
    CHECK(good(store.create_account(bob)) == Registered::now);

    other.list.devices = {listed("alice", "laptop")};
    CHECK(code(store.replace_account(other)) == Errc::device_taken);
    CHECK(good(store.find_account(user("alice"))) == found);
    CHECK(code(store.replace_account(account("carol"))) == Errc::not_found);
}

TEMPLATE_TEST_CASE("an account that is removed leaves its name, its devices' ids and its sessions",
                   "[storage][operator]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.create_account(account("alice")));
    good(store.create_account(account("bob")));
    good(store.open_session(call("s1")));
    good(store.keep_token(token("t", TokenUse::attempt)));
    good(store.remove_account(user("alice")));
    CHECK(code(store.find_account(user("alice"))) == Errc::not_found);
    CHECK(code(store.find_token(id_of<TokenHash>("t"), at(0))) == Errc::not_found);
    CHECK(good(store.sessions_of(user("alice"), 10)).size() == 1);
    CHECK(code(store.remove_account(user("alice"))) == Errc::not_found);
    auto again = account("alice");
    again.account_key = key("somebody else");
    CHECK(good(store.create_account(again)) == Registered::now);
    CHECK(good(store.count_accounts()) == 2);
}

TEMPLATE_TEST_CASE("a token is found until it expires or is forgotten", "[storage][operator]", InMemory,
                   InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.create_account(account("alice")));
    const std::vector kept{token("r", TokenUse::registration), token("a", TokenUse::attempt),
                           token("z", TokenUse::reset, 5000)};
    for (const auto& one : kept) {
        good(store.keep_token(one));
        CHECK(good(store.find_token(one.hash, at(4999))) == one);
    }
    CHECK(code(store.keep_token(kept[0])) == Errc::conflict);
    CHECK(code(store.find_token(kept[2].hash, at(5000))) == Errc::not_found);
    CHECK(good(store.count_tokens(at(4999))) == TokenCounts{.registration = 1, .attempt = 1, .reset = 1});
    CHECK(good(store.count_tokens(at(5000))) == TokenCounts{.registration = 1, .attempt = 1, .reset = 0});
    good(store.forget_token(kept[0].hash));
    good(store.forget_token(kept[0].hash));
    CHECK(code(store.find_token(kept[0].hash, at(0))) == Errc::not_found);
    CHECK(good(store.prune_tokens(at(5000))) == 1);
    CHECK(code(store.find_token(kept[2].hash, at(0))) == Errc::not_found);
    CHECK(good(store.find_token(kept[1].hash, at(0))) == kept[1]);

    auto for_nobody = token("n", TokenUse::reset);
    for_nobody.user = user("bob");
    CHECK(code(store.keep_token(for_nobody)) == Errc::not_found);
}

TEMPLATE_TEST_CASE("the audit record comes back as it was written, in pieces and in order",
                   "[storage][operator]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    CHECK(good(store.audit_after(0, 10)).empty());
    AuditEntry full{AuditEvent::admin_block, AuditOutcome::refused, at(100)};
    full.user = user("alice");
    full.device = device_name("laptop");
    full.source = "[2001:db8::1]";
    full.uid = UINT32_MAX;
    good(store.append_audit(full));
    good(store.append_audit(happening(AuditEvent::lockout, 90)));  // a clock set back
    good(store.append_audit(happening(AuditEvent::more, 110)));
    const auto rows = good(store.audit_after(0, 10));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].entry == full);
    CHECK(rows[1].entry == happening(AuditEvent::lockout, 90));
    CHECK(numbers(good(store.audit_after(0, 2))) == std::vector{rows[0].number, rows[1].number});
    CHECK(numbers(good(store.audit_after(rows[1].number, 10))) == std::vector{rows[2].number});
    CHECK(good(store.audit_after(rows[2].number, 10)).empty());
    // An account that is gone takes nothing of it along.
    good(store.create_account(account("alice")));
    good(store.remove_account(user("alice")));
    CHECK(good(store.audit_after(0, 10)).size() == 3);
}

TEMPLATE_TEST_CASE(
    "retention takes the rows before its time from the audit record, and their numbers for good",
    "[storage][operator]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    for (const std::int64_t when : {1, 2, 3})
        good(store.append_audit(happening(AuditEvent::login, when)));
    const auto before = numbers(good(store.audit_after(0, 10)));
    CHECK(good(store.prune_audit(at(2))) == 1);
    CHECK(numbers(good(store.audit_after(0, 10))) == std::vector{before[1], before[2]});
    CHECK(good(store.prune_audit(at(4))) == 2);
    good(store.append_audit(happening(AuditEvent::login, 5)));
    CHECK(good(store.audit_after(0, 10)).at(0).number > before[2]);
}
