// SqliteStore: what the operator gives out, and the audit record.
#include <algorithm>

#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace p2pc::storage {
namespace {

std::string_view to_text(TokenUse use) {
    switch (use) {
        case TokenUse::registration:
            return "registration";
        case TokenUse::attempt:
            return "attempt";
        case TokenUse::reset:
            return "reset";
    }
    return "";
}

TokenUse read_use(Query& row) {
    const auto text = row.text();
    for (const auto use : {TokenUse::registration, TokenUse::attempt, TokenUse::reset}) {
        if (text == to_text(use)) return use;
    }
    Query::damaged("the use of a token");
}

template <class Name>
std::optional<Name> read_name_if_any(Query& row) {
    if (!row.null_next()) return row.name<Name>();
    row.skip(1);
    return std::nullopt;
}

std::optional<std::string> read_text_if_any(Query& row) {
    if (!row.null_next()) return row.text();
    row.skip(1);
    return std::nullopt;
}

std::optional<std::int64_t> read_integer_if_any(Query& row) {
    if (!row.null_next()) return row.integer();
    row.skip(1);
    return std::nullopt;
}

AuditRow read_audit(Query& row) {
    const auto number = from_column(row.integer());
    const auto at = row.time();
    const auto event = parse_audit_event(row.text());
    const auto outcome = parse_audit_outcome(row.text());
    if (!event || !outcome) Query::damaged("a row of the audit record");
    AuditEntry entry{*event, *outcome, at};
    entry.user = read_name_if_any<model::UserName>(row);
    entry.device = read_name_if_any<model::DeviceName>(row);
    entry.source = read_text_if_any(row).value_or("");
    if (const auto uid = read_integer_if_any(row)) entry.uid = static_cast<std::uint32_t>(*uid);
    return AuditRow{number, std::move(entry)};
}

}  // namespace

Status SqliteStore::keep_token(const TokenRecord& token) {
    return change([&]() -> Status {
        std::optional<std::int64_t> account;
        if (token.user) {
            account = account_id(*token.user);
            if (!account) return Errc::not_found;
        }
        Query insert{
            *connection_, "INSERT OR IGNORE INTO token (hash, use, account, expires) VALUES (?, ?, ?, ?)",
            token.hash,   to_text(token.use),
            account,      token.expires};
        if (insert.run() == 0) return Error{Errc::conflict, "that token is there"};
        return {};
    });
}

Result<TokenRecord> SqliteStore::find_token(const TokenHash& hash, WallTime now) {
    return ask([&]() -> Result<TokenRecord> {
        Query row{
            *connection_,
            "SELECT token.hash, token.use, account.user, token.expires FROM token "
            "LEFT JOIN account ON account.id = token.account WHERE token.hash = ? AND token.expires > ?",
            hash, now};
        if (!row.next()) return Errc::not_found;
        return TokenRecord{.hash = row.id<TokenHash>(),
                           .use = read_use(row),
                           .user = read_name_if_any<model::UserName>(row),
                           .expires = row.time()};
    });
}

Status SqliteStore::forget_token(const TokenHash& hash) {
    return change([&]() -> Status {
        Query{*connection_, "DELETE FROM token WHERE hash = ?", hash}.run();
        return {};
    });
}

Result<TokenCounts> SqliteStore::count_tokens(WallTime now) {
    return ask([&]() -> Result<TokenCounts> {
        Query row{
            *connection_,
            "SELECT count(*) FILTER (WHERE use = 'registration'), count(*) FILTER (WHERE use = 'attempt'), "
            "count(*) FILTER (WHERE use = 'reset') FROM token WHERE expires > ?",
            now};
        row.next();
        return TokenCounts{.registration = from_column(row.integer()),
                           .attempt = from_column(row.integer()),
                           .reset = from_column(row.integer())};
    });
}

Result<std::uint64_t> SqliteStore::prune_tokens(WallTime now) {
    return change([&]() -> Result<std::uint64_t> {
        return Query{*connection_, "DELETE FROM token WHERE expires <= ?", now}.run();
    });
}

Status SqliteStore::append_audit(const AuditEntry& entry) {
    return change([&]() -> Status {
        const auto source = entry.source.empty() ? std::nullopt : std::optional{entry.source};
        Query{
            *connection_,
            "INSERT INTO audit (at, event, outcome, user, device, source, uid) VALUES (?, ?, ?, ?, ?, ?, ?)",
            entry.at,
            storage::to_text(entry.event),
            storage::to_text(entry.outcome),
            entry.user,
            entry.device,
            source,
            entry.uid}
            .run();
        return {};
    });
}

Result<std::vector<AuditRow>> SqliteStore::audit_after(std::uint64_t after, std::size_t limit) {
    return ask([&]() -> Result<std::vector<AuditRow>> {
        const auto most = std::min<std::uint64_t>(limit, INT64_MAX);
        Query row{*connection_,
                  "SELECT id, at, event, outcome, user, device, source, uid FROM audit "
                  "WHERE id > ? ORDER BY id LIMIT ?",
                  to_column(after), to_column(most)};
        std::vector<AuditRow> rows;
        while (row.next())
            rows.push_back(read_audit(row));
        return rows;
    });
}

Result<std::uint64_t> SqliteStore::prune_audit(WallTime before) {
    return change([&]() -> Result<std::uint64_t> {
        Query{*connection_, "UPDATE audit_kept SET since = ?", before}.run();
        const auto gone = Query{*connection_, "DELETE FROM audit WHERE at < ?", before}.run();
        Query{*connection_, "UPDATE audit_kept SET since = ?", std::int64_t{INT64_MIN}}.run();
        return gone;
    });
}

}  // namespace p2pc::storage
