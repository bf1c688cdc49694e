#include "storage/sqlite/migrations.hpp"

#include <fstream>
#include <sstream>

#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

namespace {

std::string frozen(const std::string& name) {
    std::ifstream in{std::filesystem::path{P2PC_FROZEN} / name};
    std::stringstream text;
    text << in.rdbuf();
    if (text.str().empty()) FAIL("no frozen file " + name);
    return text.str();
}

// A database as the first version left it, with rows in it.
void make_first(const std::filesystem::path& file) {
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    database.exec(frozen("version_1.sql"));
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

std::vector<std::string> schema(SQLite::Database& database) {
    std::vector<std::string> found;
    SQLite::Statement row{
        database, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name"};
    while (row.executeStep())
        found.push_back(row.getColumn(0).getString());
    return found;
}

int version_of(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt();
}

}  // namespace

TEST_CASE("the first migration is what it was when it was frozen", "[storage][migrations]") {
    TempFolder folder;
    make_first(folder.path() / "frozen");
    SQLite::Database then{(folder.path() / "frozen").string()};
    SQLite::Database now{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    migrate(now, migrations().first(1));
    CHECK(schema(now) == schema(then));
    CHECK(version_of(now) == version_of(then));
}

TEST_CASE("a database of the first version opens, and all that was in it is there", "[storage][migrations]") {
    TempFolder folder;
    make_first(folder.path() / "db");
    {
        auto store = opened_sqlite(folder.path() / "db");
        ServerSecrets secrets;
        secrets.founding_seed.fill(std::byte{0x11});
        secrets.hmac_key.fill(std::byte{0x22});
        CHECK(good(store->secrets({})) == secrets);
        CHECK(good(store->last_alive()) == at(1'700'000'000'000));
        const auto alice = good(store->find_account(user("alice")));
        CHECK(alice.serial == 3);
        CHECK(alice.wrapped_key == bytes("wrapped"));
        REQUIRE(alice.devices.size() == 2);
        CHECK(alice.devices[0].name.text() == "box");
        CHECK(alice.devices[0].state == DeviceState::disabled);
        CHECK(good(store->load_attempts()).at(0).block_left == std::chrono::minutes{15});
        const auto sessions = good(store->sessions_of(user("bob"), 10));
        REQUIRE(sessions.size() == 2);
        CHECK(sessions[0].state == model::SessionState::unconfirmed);
        CHECK(sessions[1].reason == model::EndReason::closed);
        CHECK(sessions[1].caller_report == report(model::EndReason::closed, 10, 20, 1'700'000'000'500));
        CHECK(sessions[1].callee_report == std::nullopt);
    }
    SQLite::Database database{(folder.path() / "db").string()};
    CHECK(version_of(database) == static_cast<int>(migrations().size()));
}

TEST_CASE("a step runs once, and one that fails half-way leaves the database before it",
          "[storage][migrations]") {
    SQLite::Database database{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    std::vector<const char*> steps{"CREATE TABLE a (x); INSERT INTO a VALUES (1)",
                                   "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"};
    CHECK_THROWS_AS(migrate(database, steps), SQLite::Exception);
    CHECK(version_of(database) == 1);
    CHECK_FALSE(database.tableExists("b"));

    steps[1] = "CREATE TABLE b (x)";
    migrate(database, steps);
    migrate(database, steps);
    CHECK(version_of(database) == 2);
    CHECK(database.tableExists("b"));
    CHECK(database.execAndGet("SELECT count(*) FROM a").getInt() == 1);
}

TEST_CASE("the schema itself refuses what no code should write", "[storage][migrations]") {
    SQLite::Database database{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    database.exec("PRAGMA foreign_keys = ON");
    migrate(database, migrations());
    const std::string k = "zeroblob(32)";
    const std::string an_account =
        "INSERT INTO account VALUES (NULL, 'alice', " + k + ", " + k + ", x'', 1, x'', 0, 0)";
    database.exec(an_account);
    CHECK_THROWS(database.exec(an_account));
    database.exec("INSERT INTO device VALUES (zeroblob(16), 1, 'box', " + k + ", 1)");
    // a second id with the name, no such account, the same id, a short id, a short key, text for a number
    for (const std::string values :
         {"randomblob(16), 1, 'box', zeroblob(32), 1", "randomblob(16), 9, 'pc', zeroblob(32), 1",
          "zeroblob(16), 1, 'pc', zeroblob(32), 1", "zeroblob(15), 1, 'pc', zeroblob(32), 1",
          "randomblob(16), 1, 'pc', zeroblob(31), 1", "randomblob(16), 1, 'pc', zeroblob(32), 'yes'"}) {
        CHECK_THROWS_AS(database.exec("INSERT INTO device VALUES (" + values + ")"), SQLite::Exception);
    }
    CHECK(database.execAndGet("SELECT count(*) FROM device").getInt() == 1);
}

TEST_CASE("no statement changes a row of the audit record, replaces one, or takes away what retention keeps",
          "[storage][migrations]") {
    TempFolder folder;
    {
        auto store = opened_sqlite(folder.path() / "db");
        for (const std::int64_t when : {100, 200})
            good(store->append_audit({AuditEvent::login, AuditOutcome::wrong, at(when)}));
        CHECK(good(store->prune_audit(at(50))) == 0);
    }
    SQLite::Database database{(folder.path() / "db").string(), SQLite::OPEN_READWRITE};
    const auto refused = [&database](const std::string& sql) {
        CAPTURE(sql);
        CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
    };
    refused("UPDATE audit SET outcome = 'done'");
    refused("UPDATE audit SET id = 7 WHERE at = 100");
    refused("INSERT OR REPLACE INTO audit VALUES (1, 5, 'login', 'done', NULL, NULL, NULL, NULL)");
    refused("DELETE FROM audit");
    refused("DELETE FROM audit WHERE at = 100");
    CHECK(database.execAndGet("SELECT group_concat(id || at || outcome) FROM audit").getString() ==
          "1100wrong,2200wrong");
}
