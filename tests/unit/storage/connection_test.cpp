#include "storage/sqlite/connection.hpp"

#include "contract/storage/stores.hpp"
#include "storage/sqlite/sqlite_store.hpp"

using namespace p2pc;
using namespace p2pc::storage;

TEST_CASE("a connection syncs each commit, logs ahead and checks its references", "[storage][connection]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    opened_sqlite(file).reset();
    Connection connection{file};
    connection.set_up();
    auto& database = connection.database();
    CHECK(database.execAndGet("PRAGMA synchronous").getInt() == 2);
    CHECK(database.execAndGet("PRAGMA journal_mode").getString() == "wal");
    CHECK(database.execAndGet("PRAGMA foreign_keys").getInt() == 1);
}

namespace {

// A store whose connection the test can reach behind its back.
struct Exposed {
    TempFolder folder;
    Connection* connection = nullptr;
    std::unique_ptr<SqliteStore> store;

    Exposed() {
        const auto file = folder.path() / "db";
        opened_sqlite(file).reset();
        auto owned = std::make_unique<Connection>(file);
        owned->set_up();
        connection = owned.get();
        store =
            std::make_unique<SqliteStore>(good(FileLock::take(folder.path() / "db.lock")), std::move(owned));
    }
};

}  // namespace

TEST_CASE("a batch that SQLite itself rolled back takes no more calls, and its commit says so",
          "[storage][connection]") {
    Exposed at_hand;
    auto& store = *at_hand.store;
    good(store.begin_batch());
    good(store.create_account(account("alice")));
    at_hand.connection->exec("ROLLBACK");  // as after SQLITE_FULL
    CHECK(code(store.create_account(account("bob"))) == Errc::local_io);
    CHECK(code(store.commit_batch()) == Errc::local_io);
    CHECK(good(store.count_accounts()) == 0);
    CHECK(good(store.create_account(account("carol"))) == Registered::now);
}

TEST_CASE("a call that fails half-way leaves nothing of its first half", "[storage][connection]") {
    Exposed at_hand;
    auto& store = *at_hand.store;
    at_hand.connection->exec(
        "CREATE TEMP TRIGGER no_second BEFORE INSERT ON main.device WHEN new.name = 'second' "
        "BEGIN SELECT raise(ABORT, 'no'); END");
    auto alice = account("alice");
    alice.list.devices.push_back(listed("another", "second"));
    good(store.begin_batch());
    good(store.create_account(account("bob")));
    CHECK(code(store.create_account(alice)) == Errc::internal);
    CHECK(code(store.find_account(user("alice"))) == Errc::not_found);
    good(store.commit_batch());
    CHECK(code(store.create_account(alice)) == Errc::internal);
    CHECK(good(store.count_accounts()) == 1);
}

TEST_CASE("a commit that fails with its transaction open leaves none behind", "[storage][connection]") {
    Exposed at_hand;
    auto& store = *at_hand.store;
    good(store.begin_batch());
    good(store.create_account(account("alice")));
    at_hand.connection->exec("PRAGMA defer_foreign_keys = ON");
    at_hand.connection->exec("INSERT INTO device VALUES (randomblob(16), 99, 'orphan', zeroblob(32), 1)");
    CHECK(code(store.commit_batch()) == Errc::internal);
    good(store.begin_batch());
    good(store.create_account(account("bob")));
    good(store.commit_batch());
    CHECK(good(store.count_accounts()) == 1);
}

TEST_CASE("an empty blob is no NULL, and a text keeps its zero bytes", "[storage][connection]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    opened_sqlite(file).reset();
    Connection connection{file};
    Query row{connection, "SELECT typeof(?1), ?1, length(CAST(?2 AS BLOB)), ?2, typeof(?3)", BytesView{},
              std::string{"a\0b", 3}, std::optional<WallTime>{}};
    REQUIRE(row.next());
    CHECK(row.text() == "blob");
    CHECK(row.bytes().empty());
    CHECK(row.integer() == 3);
    CHECK(row.text() == std::string{"a\0b", 3});
    CHECK(row.text() == "null");
    CHECK_FALSE(row.next());
}
