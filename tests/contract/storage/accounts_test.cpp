#include <fmt/format.h>

#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

TEMPLATE_TEST_CASE("an account comes back as it was created", "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    auto alice = account("alice");
    alice.wrapped_key = {};
    alice.list.serial = UINT64_MAX;
    alice.list.devices.push_back(listed("second", "box"));
    CHECK(good(at_hand.store->create_account(alice)) == Registered::now);

    const auto found = good(at_hand.store->find_account(user("alice")));
    CHECK(found.user == alice.user);
    CHECK(found.account_key == alice.account_key);
    CHECK(found.login_key == alice.login_key);
    CHECK(found.wrapped_key.empty());
    CHECK(found.serial == UINT64_MAX);
    CHECK(found.signed_list == alice.list.signed_bytes);
    CHECK(found.created == at(1000));
    REQUIRE(found.devices.size() == 2);
    CHECK(found.devices[0].name.text() == "box");
    CHECK(found.devices[1].id == device_id("alice"));
    CHECK(found.devices[1].key == key("key of alice"));
    CHECK(found.devices[1].state == DeviceState::enabled);
    CHECK(code(at_hand.store->find_account(user("bob"))) == Errc::not_found);
}

TEMPLATE_TEST_CASE("a repeated registration succeeds with the same account key and with no other",
                   "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    good(at_hand.store->create_account(account("alice")));
    const auto before = good(at_hand.store->find_account(user("alice")));

    auto again = account("alice");
    again.wrapped_key = bytes("other");
    CHECK(good(at_hand.store->create_account(again)) == Registered::before);

    again.account_key = key("a stranger");
    CHECK(code(at_hand.store->create_account(again)) == Errc::name_taken);
    CHECK(good(at_hand.store->find_account(user("alice"))) == before);
    CHECK(good(at_hand.store->count_accounts()) == 1);
}

TEMPLATE_TEST_CASE("a device id is in use on one account only", "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    good(at_hand.store->create_account(account("alice")));
    auto eve = account("eve");
    eve.list.devices = {listed("alice", "laptop")};
    CHECK(code(at_hand.store->create_account(eve)) == Errc::device_taken);
    CHECK(code(at_hand.store->find_account(user("eve"))) == Errc::not_found);

    good(at_hand.store->create_account(account("eve")));
    const DeviceList list{.serial = 2, .signed_bytes = {}, .devices = {listed("alice", "laptop")}};
    CHECK(code(at_hand.store->replace_devices(user("eve"), list)) == Errc::device_taken);
    CHECK(good(at_hand.store->find_device(user("eve"), device_id("eve"))).name.text() == "laptop");
    CHECK(code(at_hand.store->find_device(user("eve"), device_id("alice"))) == Errc::not_found);
}

TEMPLATE_TEST_CASE("two devices of a list may share neither name nor id", "[storage][accounts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    auto alice = account("alice");
    alice.list.devices = {listed("one", "laptop"), listed("two", "laptop")};
    CHECK(code(at_hand.store->create_account(alice)) == Errc::device_taken);
    alice.list.devices = {listed("one", "laptop"), listed("one", "box")};
    CHECK(code(at_hand.store->create_account(alice)) == Errc::device_taken);
    CHECK(good(at_hand.store->count_accounts()) == 0);
}

TEMPLATE_TEST_CASE("a device list follows the stored one by exactly one", "[storage][accounts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    good(at_hand.store->create_account(account("alice")));
    DeviceList list{.serial = 1, .signed_bytes = bytes("new"), .devices = {listed("alice", "renamed")}};
    for (std::uint64_t wrong : {0, 1, 3}) {
        list.serial = wrong;
        CHECK(code(at_hand.store->replace_devices(user("alice"), list)) == Errc::conflict);
    }
    CHECK(good(at_hand.store->find_account(user("alice"))).signed_list == bytes("list 1"));
    list.serial = 2;
    good(at_hand.store->replace_devices(user("alice"), list));
    const auto found = good(at_hand.store->find_account(user("alice")));
    CHECK(found.serial == 2);
    CHECK(found.signed_list == bytes("new"));
    CHECK(found.devices.at(0).name.text() == "renamed");
    CHECK(code(at_hand.store->replace_devices(user("bob"), list)) == Errc::not_found);
}

TEMPLATE_TEST_CASE("the last serial has no successor", "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    auto alice = account("alice");
    alice.list.serial = UINT64_MAX;
    good(at_hand.store->create_account(alice));
    alice.list.serial = 0;
    CHECK(code(at_hand.store->replace_devices(user("alice"), alice.list)) == Errc::conflict);
}

TEMPLATE_TEST_CASE("a new list drops what it lacks, swaps names, and revives no disabled device",
                   "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    auto alice = account("alice");
    alice.list.devices = {listed("one", "laptop"), listed("two", "box"), listed("three", "phone")};
    good(store.create_account(alice));
    good(store.disable_device(user("alice"), device_id("two")));
    const DeviceList list{
        .serial = 2, .signed_bytes = {}, .devices = {listed("one", "box"), listed("two", "laptop")}};
    good(store.replace_devices(user("alice"), list));

    CHECK(good(store.find_device(user("alice"), device_id("one"))).name.text() == "box");
    CHECK(good(store.find_device(user("alice"), device_id("one"))).state == DeviceState::enabled);
    CHECK(good(store.find_device(user("alice"), device_id("two"))).state == DeviceState::disabled);
    CHECK(code(store.find_device(user("alice"), device_id("three"))) == Errc::not_found);

    // The dropped id is free again, for anyone.
    auto bob = account("bob");
    bob.list.devices = {listed("three", "phone")};
    CHECK(good(store.create_account(bob)) == Registered::now);
}

TEMPLATE_TEST_CASE("a device is disabled on its own account only", "[storage][accounts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    good(at_hand.store->create_account(account("alice")));
    good(at_hand.store->create_account(account("bob")));
    CHECK(code(at_hand.store->disable_device(user("bob"), device_id("alice"))) == Errc::not_found);
    CHECK(good(at_hand.store->find_device(user("alice"), device_id("alice"))).state == DeviceState::enabled);
    good(at_hand.store->disable_device(user("alice"), device_id("alice")));
    good(at_hand.store->disable_device(user("alice"), device_id("alice")));
    CHECK(good(at_hand.store->find_device(user("alice"), device_id("alice"))).state == DeviceState::disabled);
}

TEMPLATE_TEST_CASE("a new password comes with its list or not at all", "[storage][accounts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    good(at_hand.store->create_account(account("alice")));
    NewPassword password{
        .login_key = key("new login"), .wrapped_key = bytes("new"), .list = account("alice").list};
    CHECK(code(at_hand.store->set_password(user("alice"), password)) == Errc::conflict);
    CHECK(good(at_hand.store->find_account(user("alice"))).login_key == key("login alice"));
    password.list.serial = 2;
    good(at_hand.store->set_password(user("alice"), password));
    const auto found = good(at_hand.store->find_account(user("alice")));
    CHECK(found.login_key == key("new login"));
    CHECK(found.wrapped_key == bytes("new"));
    CHECK(found.serial == 2);
    CHECK(code(at_hand.store->set_password(user("bob"), password)) == Errc::not_found);
}

TEMPLATE_TEST_CASE("names that mean something to SQL are names", "[storage][accounts]", InMemory, InSqlite) {
    TestType at_hand;
    // All that a name may hold of SQL: the comment, the wildcard, keywords and numbers.
    const std::vector<std::string> names{"0",    "0--",  "1e5",   "a__b",         "axxb",
                                         "drop", "null", "rowid", "x--drop.table"};
    for (const auto& name : names) {
        auto made = account(name);
        made.wrapped_key = bytes("'); DROP TABLE account; --" + name);
        made.list.devices = {listed(name, name)};
        CHECK(good(at_hand.store->create_account(made)) == Registered::now);
    }
    std::vector<std::string> listed_names;
    for (const auto& summary : good(at_hand.store->list_accounts()))
        listed_names.push_back(summary.user.text());
    CHECK(listed_names == names);
    const auto found = good(at_hand.store->find_account(user("0--")));
    CHECK(found.wrapped_key == bytes("'); DROP TABLE account; --0--"));
    CHECK(found.devices.at(0).name.text() == "0--");
    CHECK(code(at_hand.store->find_account(user("a..b"))) == Errc::not_found);
}

TEMPLATE_TEST_CASE("ten thousand accounts are all there, in order", "[storage][accounts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    constexpr int many = 10'000;
    good(at_hand.store->begin_batch());
    for (int i = many; i-- > 0;)
        good(at_hand.store->create_account(account(fmt::format("user{:05}", i))));
    good(at_hand.store->commit_batch());
    CHECK(good(at_hand.store->count_accounts()) == many);
    const auto all = good(at_hand.store->list_accounts());
    REQUIRE(all.size() == many);
    CHECK(all[4321] == AccountSummary{.user = user("user04321"),
                                      .account_key = key("account user04321"),
                                      .created = at(1000)});
    CHECK(good(at_hand.store->find_device(user("user09999"), device_id("user09999"))).name.text() ==
          "laptop");
}
