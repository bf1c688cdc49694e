// Connection, Query, Savepoint: SQLiteCpp as this floor uses it. Errors are SQLite::Exception up to
// SqliteStore, which turns them into Errors at the border.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/error.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>

#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::storage {

// What a failure inside SQLite means to the rest of the server.
Error error_of(const SQLite::Exception& trouble);

// An open database and its prepared statements.
class Connection {
  public:
    // REQUIRES: the file exists.
    explicit Connection(const std::filesystem::path& file);

    SQLite::Database& database() noexcept { return database_; }
    SQLite::Statement& prepared(std::string_view sql);
    void exec(std::string_view sql) { prepared(sql).exec(), prepared(sql).reset(); }
    // Without a transaction; also the case after SQLite itself rolled one back (a full disk).
    bool idle() const noexcept;
    // The settings every connection of a store has: WAL, a sync for each commit, references checked.
    void set_up();
    // Closing leaves the log as it is: nothing is written to a database that was refused.
    void keep_log_on_close(bool keep) noexcept;

  private:
    SQLite::Database database_;
    std::map<std::string, SQLite::Statement, std::less<>> statements_;
};

// One use of a prepared statement. The columns of a row are read from left to right.
class Query {
  public:
    template <class... Values>
    Query(Connection& connection, std::string_view sql, const Values&... values)
        : statement_(connection.prepared(sql)) {
        int at = 0;
        (bind(++at, values), ...);
    }
    ~Query() { statement_.tryReset(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    // To the next row; false when there is none.
    bool next();
    // For statements without rows: how many rows changed.
    std::uint64_t run() { return static_cast<std::uint64_t>(statement_.exec()); }

    std::int64_t integer() { return statement_.getColumn(column_++).getInt64(); }
    std::string text() { return statement_.getColumn(column_++).getString(); }
    Bytes bytes();
    WallTime time() { return WallTime{std::chrono::milliseconds{integer()}}; }
    std::optional<WallTime> time_if_any();
    bool null_next() { return statement_.getColumn(column_).isNull(); }
    void skip(int columns) { column_ += columns; }

    // What is in the database and cannot be a value is damage.
    template <class Id>
    Id id() {
        return sound(Id::from(bytes()));
    }
    template <class Name>
    Name name() {
        return sound(Name::parse(text()));
    }

    [[noreturn]] static void damaged(const std::string& what);

  private:
    template <class T>
    static T sound(Result<T> value) {
        if (!value) damaged(value.error().detail());
        return std::move(*value);
    }

    void bind(int at, std::int64_t value) { statement_.bind(at, value); }
    void bind(int at, std::uint32_t value) { statement_.bind(at, value); }
    void bind(int at, WallTime value) { statement_.bind(at, std::int64_t{value.time_since_epoch().count()}); }
    void bind(int at, const std::string& value) { statement_.bind(at, value); }
    void bind(int at, std::string_view value) { statement_.bind(at, std::string{value}); }
    void bind(int at, BytesView value);
    template <class Tag, std::size_t N>
    void bind(int at, const model::FixedBytes<Tag, N>& value) {
        bind(at, value.view());
    }
    template <class Tag>
    void bind(int at, const model::Name<Tag>& value) {
        bind(at, value.text());
    }
    template <class T>
    void bind(int at, const std::optional<T>& value) {
        if (value) return bind(at, *value);
        statement_.bind(at);
    }

    SQLite::Statement& statement_;
    int column_ = 0;
};

// The frame of one call: undone unless kept. Outside a batch it is the transaction itself.
class Savepoint {
  public:
    explicit Savepoint(Connection& connection);
    ~Savepoint();
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    void keep();

  private:
    Connection& connection_;
    bool kept_ = false;
};

}  // namespace p2pc::storage
