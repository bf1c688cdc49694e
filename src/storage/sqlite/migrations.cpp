#include "storage/sqlite/migrations.hpp"

#include <array>
#include <string>

namespace p2pc::storage {
namespace {

// Times are milliseconds since 1970, UTC. Byte counts and serials are unsigned 64 bits in a signed column.
constexpr const char* step_1 = R"sql(
CREATE TABLE server (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    founding_seed BLOB NOT NULL CHECK (length(founding_seed) = 32),
    hmac_key      BLOB NOT NULL CHECK (length(hmac_key) = 32)
) STRICT;

CREATE TABLE alive (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at  INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    user        TEXT NOT NULL UNIQUE,
    account_key BLOB NOT NULL CHECK (length(account_key) = 32),
    login_key   BLOB NOT NULL CHECK (length(login_key) = 32),
    wrapped_key BLOB NOT NULL,
    serial      INTEGER NOT NULL,
    signed_list BLOB NOT NULL,
    created     INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    key     BLOB NOT NULL CHECK (length(key) = 32),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    UNIQUE (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    key          BLOB PRIMARY KEY CHECK (length(key) = 32),
    failures     INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    block_left   INTEGER NOT NULL,
    real         INTEGER NOT NULL CHECK (real IN (0, 1)),
    windows_used INTEGER NOT NULL,
    window_day   INTEGER NOT NULL,
    notices      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No reference to account in the sessions: the log outlives an account.
CREATE TABLE session_active (
    id                 BLOB PRIMARY KEY CHECK (length(id) = 16),
    caller             TEXT NOT NULL,
    caller_device      BLOB NOT NULL CHECK (length(caller_device) = 16),
    caller_device_name TEXT NOT NULL,
    callee             TEXT NOT NULL,
    callee_device      BLOB NOT NULL CHECK (length(callee_device) = 16),
    callee_device_name TEXT NOT NULL,
    started            INTEGER NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('active', 'unconfirmed')),
    last_seen          INTEGER CHECK ((last_seen IS NULL) = (state = 'active')),
    caller_reason      TEXT CHECK (caller_reason IN ('closed', 'lost', 'expired', 'refused')),
    caller_bytes_in    INTEGER,
    caller_bytes_out   INTEGER,
    caller_path        TEXT,
    caller_when        INTEGER,
    callee_reason      TEXT CHECK (callee_reason IN ('closed', 'lost', 'expired', 'refused')),
    callee_bytes_in    INTEGER,
    callee_bytes_out   INTEGER,
    callee_path        TEXT,
    callee_when        INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_active_caller ON session_active (caller);
CREATE INDEX session_active_callee ON session_active (callee);

CREATE TABLE session_log (
    id                 BLOB PRIMARY KEY CHECK (length(id) = 16),
    caller             TEXT NOT NULL,
    caller_device      BLOB NOT NULL CHECK (length(caller_device) = 16),
    caller_device_name TEXT NOT NULL,
    callee             TEXT NOT NULL,
    callee_device      BLOB NOT NULL CHECK (length(callee_device) = 16),
    callee_device_name TEXT NOT NULL,
    started            INTEGER NOT NULL,
    reason             TEXT NOT NULL CHECK (reason IN ('closed', 'lost', 'expired', 'refused')),
    ended              INTEGER NOT NULL,
    caller_reason      TEXT CHECK (caller_reason IN ('closed', 'lost', 'expired', 'refused')),
    caller_bytes_in    INTEGER,
    caller_bytes_out   INTEGER,
    caller_path        TEXT,
    caller_when        INTEGER,
    callee_reason      TEXT CHECK (callee_reason IN ('closed', 'lost', 'expired', 'refused')),
    callee_bytes_in    INTEGER,
    callee_bytes_out   INTEGER,
    callee_path        TEXT,
    callee_when        INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_log_caller ON session_log (caller, started);
CREATE INDEX session_log_callee ON session_log (callee, started);
CREATE INDEX session_log_ended ON session_log (ended);
)sql";

// What the operator does (docs/decisions/0020-admin.md). A row of `audit` is neither changed nor replaced,
// and only retention takes one away: it says in `audit_kept` from when on rows stay, in the same transaction.
constexpr const char* step_2 = R"sql(
ALTER TABLE account ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));

CREATE TABLE token (
    hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
    use     TEXT NOT NULL CHECK (use IN ('registration', 'attempt', 'reset')),
    account INTEGER REFERENCES account (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL,
    CHECK ((account IS NULL) = (use = 'registration'))
) STRICT, WITHOUT ROWID;
CREATE INDEX token_account ON token (account);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    event   TEXT NOT NULL,
    outcome TEXT NOT NULL,
    user    TEXT,
    device  TEXT,
    source  TEXT,
    uid     INTEGER
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE TABLE audit_kept (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    since INTEGER NOT NULL
) STRICT;
INSERT INTO audit_kept VALUES (1, -9223372036854775808);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit WHEN OLD.at >= (SELECT since FROM audit_kept)
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
)sql";

// When the owner's newest unseen failure was.
constexpr const char* step_3 = R"sql(
ALTER TABLE attempt ADD COLUMN last_failed INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array<const char*, 3> steps_so_far{step_1, step_2, step_3};

}  // namespace

std::span<const char* const> migrations() noexcept {
    return steps_so_far;
}

void migrate(SQLite::Database& database, std::span<const char* const> steps) {
    const int had = database.execAndGet("PRAGMA user_version").getInt();
    for (auto step = static_cast<std::size_t>(had); step < steps.size(); ++step) {
        SQLite::Transaction change{database, SQLite::TransactionBehavior::IMMEDIATE};
        database.exec(steps[step]);
        database.exec("PRAGMA user_version = " + std::to_string(step + 1));
        change.commit();
    }
}

}  // namespace p2pc::storage
