-- A database as version 1 left it. Never edited: what is opened today must have begun like this.
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

PRAGMA user_version = 1;
PRAGMA application_id = 1882353763;
INSERT INTO server VALUES (1, x'1111111111111111111111111111111111111111111111111111111111111111', x'2222222222222222222222222222222222222222222222222222222222222222');
INSERT INTO alive VALUES (1, 1700000000000);
INSERT INTO account VALUES (1, 'alice', x'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', x'a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2', CAST('wrapped' AS BLOB), 3, CAST('list' AS BLOB), 1600000000000);
INSERT INTO device VALUES (x'01010101010101010101010101010101', 1, 'laptop', x'b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1', 1);
INSERT INTO device VALUES (x'02020202020202020202020202020202', 1, 'box', x'b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2', 0);
INSERT INTO attempt VALUES (x'3333333333333333333333333333333333333333333333333333333333333333', 0, 1, 900000, 1, 0, 0, 3);
INSERT INTO session_active VALUES (x'51515151515151515151515151515151', 'alice', x'01010101010101010101010101010101', 'laptop', 'bob', x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 'pc', 1700000000000,
    'unconfirmed', 1700000000100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO session_log VALUES (x'52525252525252525252525252525252', 'alice', x'01010101010101010101010101010101', 'laptop', 'bob', x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 'pc', 1699999999000,
    'closed', 1700000000400, 'closed', 10, 20, 'direct', 1700000000500, NULL, NULL, NULL, NULL, NULL);
