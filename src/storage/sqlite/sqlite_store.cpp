// SqliteStore: batches, the server's own rows, and failed attempts.
#include "storage/sqlite/sqlite_store.hpp"

#include <algorithm>

namespace p2pc::storage {
namespace {

ByteArray<32> read_secret(Query& row) {
    const Bytes bytes = row.bytes();
    ByteArray<32> secret{};
    if (bytes.size() != secret.size()) Query::damaged("a secret of the server");
    std::ranges::copy(bytes, secret.begin());
    return secret;
}

AttemptRecord read_attempt(Query& row) {
    return {.key = row.id<AttemptKey>(),
            .failures = static_cast<std::uint32_t>(row.integer()),
            .level = static_cast<std::uint32_t>(row.integer()),
            .block_left = std::chrono::milliseconds{row.integer()},
            .real = row.integer() != 0,
            .windows_used = static_cast<std::uint32_t>(row.integer()),
            .window_day = row.integer(),
            .notices = static_cast<std::uint32_t>(row.integer()),
            .last_failed = row.time()};
}

}  // namespace

SqliteStore::SqliteStore(FileLock lock, std::unique_ptr<Connection> connection)
    : lock_(std::move(lock)), connection_(std::move(connection)) {}

SqliteStore::~SqliteStore() = default;

Status SqliteStore::begin_batch() {
    return ask([&]() -> Status {
        connection_->exec("BEGIN IMMEDIATE");
        in_batch_ = true;
        return {};
    });
}

Status SqliteStore::commit_batch() {
    in_batch_ = false;
    if (connection_->idle()) return Error{Errc::local_io, "the batch was rolled back"};
    auto committed = ask([&]() -> Status {
        connection_->exec("COMMIT");
        return {};
    });
    if (committed || connection_->idle()) return committed;
    // A failed COMMIT may leave the transaction open; were it kept, a later one would commit it.
    [[maybe_unused]] const auto undone = ask([&]() -> Status {
        connection_->exec("ROLLBACK");
        return {};
    });
    return committed;
}

Result<ServerSecrets> SqliteStore::secrets(const ServerSecrets& if_new) {
    return change([&]() -> Result<ServerSecrets> {
        Query insert{*connection_,
                     "INSERT OR IGNORE INTO server (one, founding_seed, hmac_key) VALUES (1, ?, ?)",
                     BytesView{if_new.founding_seed}, BytesView{if_new.hmac_key}};
        insert.run();
        Query row{*connection_, "SELECT founding_seed, hmac_key FROM server"};
        if (!row.next()) Query::damaged("the server's secrets");
        return ServerSecrets{.founding_seed = read_secret(row), .hmac_key = read_secret(row)};
    });
}

Status SqliteStore::note_alive(WallTime now) {
    return change([&]() -> Status {
        Query{*connection_, "INSERT OR REPLACE INTO alive (one, at) VALUES (1, ?)", now}.run();
        return {};
    });
}

Result<std::optional<WallTime>> SqliteStore::last_alive() {
    return ask([&]() -> Result<std::optional<WallTime>> {
        Query row{*connection_, "SELECT at FROM alive"};
        if (!row.next()) return std::optional<WallTime>{};
        return std::optional{row.time()};
    });
}

Result<std::vector<AttemptRecord>> SqliteStore::load_attempts() {
    return ask([&]() -> Result<std::vector<AttemptRecord>> {
        Query row{*connection_,
                  "SELECT key, failures, level, block_left, real, windows_used, window_day, notices, "
                  "last_failed FROM attempt ORDER BY key"};
        std::vector<AttemptRecord> rows;
        while (row.next())
            rows.push_back(read_attempt(row));
        return rows;
    });
}

Status SqliteStore::save_attempts(std::span<const AttemptRecord> rows) {
    return change([&]() -> Status {
        for (const auto& row : rows) {
            Query{*connection_,
                  "INSERT OR REPLACE INTO attempt "
                  "(key, failures, level, block_left, real, windows_used, window_day, notices, last_failed) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  row.key,
                  std::int64_t{row.failures},
                  std::int64_t{row.level},
                  std::int64_t{row.block_left.count()},
                  std::int64_t{row.real},
                  std::int64_t{row.windows_used},
                  row.window_day,
                  std::int64_t{row.notices},
                  row.last_failed}
                .run();
        }
        return {};
    });
}

Status SqliteStore::forget_attempts(const AttemptKey& key) {
    return change([&]() -> Status {
        Query{*connection_, "DELETE FROM attempt WHERE key = ?", key}.run();
        return {};
    });
}

}  // namespace p2pc::storage
