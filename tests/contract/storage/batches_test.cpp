#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

TEMPLATE_TEST_CASE("a call that fails in a batch undoes only itself", "[storage][batches]", InMemory,
                   InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.create_account(account("alice")));
    good(store.begin_batch());
    good(store.create_account(account("bob")));
    CHECK(code(store.create_account([] {
              auto other = account("alice");
              other.account_key = key("other");
              return other;
          }())) == Errc::name_taken);
    // Fails at its second device, after the first could have been written.
    auto eve = account("eve");
    eve.list.devices = {listed("fresh", "box"), listed("alice", "laptop")};
    CHECK(code(store.create_account(eve)) == Errc::device_taken);
    good(store.create_account(account("carol")));
    good(store.commit_batch());

    CHECK(good(store.count_accounts()) == 3);
    CHECK(code(store.find_account(user("eve"))) == Errc::not_found);
    eve.list.devices = {listed("fresh", "box")};
    CHECK(good(store.create_account(eve)) == Registered::now);
}

TEMPLATE_TEST_CASE("a batch reads what it wrote, and batches follow each other", "[storage][batches]",
                   InMemory, InSqlite) {
    TestType at_hand;
    for (auto name : {"alice", "bob"}) {
        good(at_hand.store->begin_batch());
        good(at_hand.store->create_account(account(name)));
        CHECK(good(at_hand.store->find_account(user(name))).user == user(name));
        good(at_hand.store->commit_batch());
    }
    good(at_hand.store->begin_batch());
    good(at_hand.store->commit_batch());
    CHECK(good(at_hand.store->count_accounts()) == 2);
}
