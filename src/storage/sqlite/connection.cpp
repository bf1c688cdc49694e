#include "storage/sqlite/connection.hpp"

#include <sqlite3.h>

namespace p2pc::storage {

Error error_of(const SQLite::Exception& trouble) {
    switch (trouble.getErrorCode()) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
            return Error{Errc::corrupt, trouble.what()};
        case SQLITE_ERROR:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
            // The schema refused what our own code should have: a bug.
            return Error{Errc::internal, trouble.what()};
        default:
            return Error{Errc::local_io, trouble.what()};
    }
}

// NOMUTEX: a connection belongs to one thread. Five seconds are for a backup that reads along.
Connection::Connection(const std::filesystem::path& file)
    : database_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, 5000) {}

SQLite::Statement& Connection::prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        std::string text{sql};
        SQLite::Statement made{database_, text};
        found = statements_.emplace(std::move(text), std::move(made)).first;
    }
    return found->second;
}

bool Connection::idle() const noexcept {
    return ::sqlite3_get_autocommit(database_.getHandle()) != 0;
}

void Connection::set_up() {
    database_.exec("PRAGMA journal_mode = WAL");
    database_.exec("PRAGMA synchronous = FULL");
    database_.exec("PRAGMA foreign_keys = ON");
    database_.exec("PRAGMA trusted_schema = OFF");
}

void Connection::keep_log_on_close(bool keep) noexcept {
    ::sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

bool Query::next() {
    column_ = 0;
    return statement_.executeStep();
}

Bytes Query::bytes() {
    const auto column = statement_.getColumn(column_++);
    const auto* data = static_cast<const std::byte*>(column.getBlob());
    return Bytes(data, data + column.getBytes());
}

std::optional<WallTime> Query::time_if_any() {
    if (!null_next()) return time();
    skip(1);
    return std::nullopt;
}

void Query::bind(int at, BytesView value) {
    // An empty blob is not NULL, but to SQLite a null pointer is.
    const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
    statement_.bind(at, data, static_cast<int>(value.size()));
}

void Query::damaged(const std::string& what) {
    throw SQLite::Exception{"a row cannot be read: " + what, SQLITE_CORRUPT};
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
    connection_.exec("SAVEPOINT one_call");
}

Savepoint::~Savepoint() {
    if (kept_ || connection_.idle()) return;
    try {
        connection_.exec("ROLLBACK TO one_call");
        connection_.exec("RELEASE one_call");
    } catch (const SQLite::Exception&) {
        // The transaction is gone then, and with it what this call did.
    }
}

void Savepoint::keep() {
    connection_.exec("RELEASE one_call");
    kept_ = true;
}

}  // namespace p2pc::storage
