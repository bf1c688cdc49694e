// SqliteStore: sessions. Those that run are in session_active, those that ended in session_log.
#include <algorithm>
#include <functional>

#include "storage/rules.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace p2pc::storage {
namespace {

using model::SessionState;
using OptionalText = std::optional<std::string>;
using OptionalNumber = std::optional<std::int64_t>;

// A report as its five columns, all NULL when there is none.
struct ReportColumns {
    explicit ReportColumns(const std::optional<EndReport>& report) {
        if (!report) return;
        reason = model::to_text(report->reason);
        bytes_in = to_column(report->bytes_in.value());
        bytes_out = to_column(report->bytes_out.value());
        path = report->path;
        when = report->when;
    }
    OptionalText reason;
    OptionalNumber bytes_in, bytes_out;
    OptionalText path;
    std::optional<WallTime> when;
};

std::vector<SessionRecord> read_all(Query& row) {
    std::vector<SessionRecord> all;
    while (row.next())
        all.push_back(read_session(row));
    return all;
}

}  // namespace

std::optional<SessionRecord> SqliteStore::session(const model::SessionId& id) {
    static const std::string in_active = "SELECT " + columns_of_active + " FROM session_active WHERE id = ?";
    static const std::string in_log = "SELECT " + columns_of_log + " FROM session_log WHERE id = ?";
    for (const auto& sql : {std::cref(in_active), std::cref(in_log)}) {
        Query row{*connection_, sql.get(), id};
        if (row.next()) return read_session(row);
    }
    return std::nullopt;
}

Status SqliteStore::open_session(const NewSession& opened) {
    return change([&]() -> Status {
        if (session(opened.id)) return Error{Errc::conflict, "session id used before"};
        Query{*connection_,
              "INSERT INTO session_active (id, caller, caller_device, caller_device_name, "
              "callee, callee_device, callee_device_name, started, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
              "'active')",
              opened.id,
              opened.caller.user,
              opened.caller.device,
              opened.caller.device_name,
              opened.callee.user,
              opened.callee.device,
              opened.callee.device_name,
              opened.started}
            .run();
        return {};
    });
}

Status SqliteStore::mark_unconfirmed(const model::SessionId& id, WallTime last_seen) {
    return change([&]() -> Status {
        Query mark{*connection_,
                   "UPDATE session_active SET state = 'unconfirmed', last_seen = coalesce(last_seen, ?) "
                   "WHERE id = ?",
                   last_seen, id};
        if (mark.run() == 0) return Errc::not_found;
        return {};
    });
}

Result<std::uint64_t> SqliteStore::mark_all_unconfirmed(WallTime last_seen) {
    return change([&]() -> Result<std::uint64_t> {
        Query mark{*connection_,
                   "UPDATE session_active SET state = 'unconfirmed', last_seen = ? WHERE state = 'active'",
                   last_seen};
        return mark.run();
    });
}

Status SqliteStore::confirm(const model::SessionId& id) {
    return change([&]() -> Status {
        Query confirmed{*connection_,
                        "UPDATE session_active SET state = 'active', last_seen = NULL WHERE id = ?", id};
        if (confirmed.run() == 0) return Errc::not_found;
        return {};
    });
}

Result<SessionRecord> SqliteStore::report_end(const model::SessionId& id, const model::UserName& user,
                                              const model::DeviceId& device, const EndReport& report) {
    return change([&]() -> Result<SessionRecord> {
        auto found = session(id);
        if (!found) return Errc::not_found;
        if (auto taken = take_report(*found, user, device, report); !taken) return taken.error();
        write_reports(*found);
        return std::move(*found);
    });
}

void SqliteStore::write_reports(const SessionRecord& session) {
    const ReportColumns caller{session.caller_report};
    const ReportColumns callee{session.callee_report};
    const bool ended = session.state == SessionState::ended;
    const auto write = [&](std::string_view sql, const auto&... more) {
        Query{*connection_, sql,         caller.reason, caller.bytes_in, caller.bytes_out,
              caller.path,  caller.when, callee.reason, callee.bytes_in, callee.bytes_out,
              callee.path,  callee.when, session.id,    more...}
            .run();
    };
    if (!ended) {
        return write(
            "UPDATE session_active SET caller_reason = ?1, caller_bytes_in = ?2, caller_bytes_out = ?3, "
            "caller_path = ?4, caller_when = ?5, callee_reason = ?6, callee_bytes_in = ?7, "
            "callee_bytes_out = ?8, callee_path = ?9, callee_when = ?10 WHERE id = ?11");
    }
    write(
        "UPDATE session_log SET caller_reason = ?1, caller_bytes_in = ?2, caller_bytes_out = ?3, "
        "caller_path = ?4, caller_when = ?5, callee_reason = ?6, callee_bytes_in = ?7, "
        "callee_bytes_out = ?8, callee_path = ?9, callee_when = ?10, reason = ?12, ended = ?13 WHERE id = "
        "?11",
        model::to_text(*session.reason), *session.ended);
}

Status SqliteStore::end_session(const model::SessionId& id, model::EndReason reason, WallTime ended) {
    return change([&]() -> Status {
        auto found = session(id);
        if (!found) return Errc::not_found;
        if (found->state == SessionState::ended) return {};
        conclude(*found, reason, ended);
        Query{*connection_,
              "INSERT INTO session_log SELECT id, caller, caller_device, caller_device_name, callee, "
              "callee_device, callee_device_name, started, ?, ?, caller_reason, caller_bytes_in, "
              "caller_bytes_out, caller_path, caller_when, callee_reason, callee_bytes_in, callee_bytes_out, "
              "callee_path, callee_when FROM session_active WHERE id = ?",
              model::to_text(*found->reason), *found->ended, id}
            .run();
        Query{*connection_, "DELETE FROM session_active WHERE id = ?", id}.run();
        return {};
    });
}

Result<std::vector<SessionRecord>> SqliteStore::active_sessions() {
    static const std::string sql =
        "SELECT " + columns_of_active + " FROM session_active ORDER BY started, id";
    return ask([&]() -> Result<std::vector<SessionRecord>> {
        Query row{*connection_, sql};
        return read_all(row);
    });
}

Result<std::vector<SessionRecord>> SqliteStore::sessions_of(const model::UserName& user, std::size_t limit) {
    static const std::string sql = "SELECT " + columns_of_active +
                                   " FROM session_active WHERE caller = ?1 OR callee = ?1 UNION ALL SELECT " +
                                   columns_of_log +
                                   " FROM session_log WHERE caller = ?1 OR callee = ?1 "
                                   "ORDER BY started DESC, id DESC LIMIT ?2";
    return ask([&]() -> Result<std::vector<SessionRecord>> {
        const auto most = std::min<std::uint64_t>(limit, INT64_MAX);
        Query row{*connection_, sql, user, to_column(most)};
        return read_all(row);
    });
}

Result<SessionRecord> SqliteStore::find_session(const model::SessionId& id) {
    return ask([&]() -> Result<SessionRecord> {
        auto found = session(id);
        if (!found) return Errc::not_found;
        return std::move(*found);
    });
}

Result<std::uint64_t> SqliteStore::prune_log(WallTime before) {
    return change([&]() -> Result<std::uint64_t> {
        return Query{*connection_, "DELETE FROM session_log WHERE ended < ?", before}.run();
    });
}

}  // namespace p2pc::storage
