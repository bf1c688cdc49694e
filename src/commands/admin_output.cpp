// What admin prints: each piece of an answer as records, or for a person.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.hpp"
#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/admin.hpp"
#include "commands/output.hpp"
#include "commands/record.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

using terminal::Table;

std::optional<WallTime> time_of(std::int64_t ms) {
    if (ms <= 0) return std::nullopt;
    return WallTime{std::chrono::milliseconds{ms}};
}

std::string shown(std::int64_t ms) {
    const auto time = time_of(ms);
    return time ? base::local_text(*time) : "-";
}

std::optional<std::string> if_any(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : base::escape_line(text);
}

std::string held_up(const admin::pb::User& user) {
    if (user.blocked()) return "blocked";
    if (user.lockout_ms() < 0) return "locked out";
    if (user.lockout_ms() == 0) return "";
    return fmt::format("locked out for {} s", (user.lockout_ms() + 999) / 1000);
}

std::string record_of(const Output& out, const admin::pb::User& user, const model::PublicKey& key) {
    std::vector<Record::Device> devices;
    for (const auto& device : user.devices())
        devices.push_back({device.name(), {device.endpoints().begin(), device.endpoints().end()}});
    Record record{"user", out.now()};
    record.text("name", user.name())
        .yes_no("online", user.online())
        .time("since", time_of(user.since_ms()))
        .text("fingerprint", model::fingerprint(key))
        .devices("devices", devices)
        .none("trust")
        .time("created", time_of(user.created_ms()))
        .yes_no("blocked", user.blocked())
        .yes_no("locked_out", user.lockout_ms() != 0);
    if (user.lockout_ms() <= 0) return record.none("lockout_left").str();
    return record.seconds("lockout_left", static_cast<double>(user.lockout_ms()) / 1000).str();
}

Status print_users(Output& out, const admin::pb::Reply& reply) {
    Table table{std::vector(4, Table::Align::left)};
    for (const auto& user : reply.users()) {
        const auto key = model::PublicKey::from(as_bytes(user.account_key()));
        if (!key) return key.error();
        if (out.json()) {
            out.record(record_of(out, user, *key));
            continue;
        }
        const std::string since = user.online() ? "online since " + shown(user.since_ms()) : "offline";
        table.add({or_dash(user.name()), since, "created " + shown(user.created_ms()), held_up(user)});
    }
    if (!table.empty()) out.text(table.str());
    return {};
}

Status print_sessions(Output& out, const admin::pb::Reply& reply) {
    Table table{std::vector(4, Table::Align::left)};
    for (const auto& session : reply.sessions()) {
        const auto id = model::SessionId::from(as_bytes(session.id()));
        if (!id) return id.error();
        if (out.json()) {
            out.record(Record{"session", out.now()}
                           .text("id", model::id_text(*id))
                           .texts("peers", std::vector{session.caller(), session.callee()})
                           .texts("devices", std::vector{session.caller_device(), session.callee_device()})
                           .text("state", session.state())
                           .time("started", time_of(session.started_ms()))
                           .str());
            continue;
        }
        table.add({shown(session.started_ms()),
                   base::escape_line(fmt::format("{}/{}", session.caller(), session.caller_device())),
                   base::escape_line(fmt::format("to {}/{}", session.callee(), session.callee_device())),
                   or_dash(session.state())});
    }
    if (!table.empty()) out.text(table.str());
    return {};
}

void print_audit(Output& out, const admin::pb::Reply& reply) {
    for (const auto& row : reply.audit()) {
        const auto uid = row.has_uid() ? std::optional<std::uint64_t>{row.uid()} : std::nullopt;
        if (out.json()) {
            const WallTime at{std::chrono::milliseconds{row.at_ms()}};
            out.record(Record{"audit", at}
                           .number("number", std::optional<std::uint64_t>{row.number()})
                           .text("event", row.event())
                           .text("outcome", row.outcome())
                           .maybe("name", if_any(row.user()))
                           .maybe("device", if_any(row.device()))
                           .maybe("source", if_any(row.source()))
                           .number("uid", uid)
                           .str());
            continue;
        }
        // No table: it may be longer than what one wants to hold.
        const std::string by = uid ? fmt::format("uid {}", *uid) : or_dash(row.source());
        out.line(fmt::format("{}  {:14}  {:7}  {}  {}  {}", shown(row.at_ms()), or_dash(row.event()),
                             or_dash(row.outcome()), or_dash(row.user()), or_dash(row.device()), by));
    }
}

void print_stats(Output& out, const admin::pb::Stats& stats) {
    const std::vector<std::pair<std::string_view, std::uint64_t>> numbers{
        {"accounts", stats.accounts()},
        {"blocked", stats.blocked()},
        {"connections", stats.connections()},
        {"instances", stats.instances()},
        {"online", stats.online()},
        {"sessions", stats.sessions()},
        {"lockouts", stats.lockouts()},
        {"unknown_names", stats.unknown_names()},
        {"registration_tokens", stats.registration_tokens()},
        {"attempt_tokens", stats.attempt_tokens()},
        {"reset_tokens", stats.reset_tokens()},
    };
    if (out.json()) {
        Record record{"server_stats", out.now()};
        record.time("started", time_of(stats.started_ms()));
        for (const auto& [name, number] : numbers)
            record.number(name, std::optional{number});
        return out.record(record.str());
    }
    Table table{{Table::Align::left, Table::Align::right}};
    table.add({"started", shown(stats.started_ms())});
    for (const auto& [name, number] : numbers)
        table.add({std::string{name}, fmt::format("{}", number)});
    out.text(table.str());
}

std::string_view use_of(const AdminOptions& options) {
    if (options.task == AdminTask::reset) return "reset";
    return options.user ? "attempt" : "registration";
}

// The token alone on stdout, for a pipe; what it is for beside it.
void print_token(Output& out, const AdminOptions& options, const admin::pb::Token& token) {
    const auto user = options.user ? std::optional{options.user->text()} : std::nullopt;
    if (out.json()) {
        return out.record(Record{"token", out.now()}
                              .text("token", token.text())
                              .text("use", use_of(options))
                              .maybe("name", user)
                              .time("expires", time_of(token.expires_ms()))
                              .str());
    }
    const std::string what = options.task == AdminTask::reset ? "a new account key for " + *user
                             : user                           ? "one password of " + *user
                                                              : std::string{"one registration"};
    out.notice(fmt::format("for {}, once, until {}", what, shown(token.expires_ms())));
    out.line(base::escape_line(token.text()));
}

void print_change(Output& out, const AdminOptions& options) {
    const bool block = options.task == AdminTask::block;
    const std::string_view done = block                                ? "blocked"
                                  : options.task == AdminTask::unblock ? "unblocked"
                                                                       : "removed";
    const auto& name = options.user->text();
    if (!out.json()) return out.line(fmt::format("{} {}", done, name));
    out.record(Record{"admin", out.now()}.text("done", done).text("name", name).str());
}

void print_backup(Output& out, const std::string& file, std::uint64_t size) {
    if (!out.json()) {
        return out.line(fmt::format("{} ({})", base::escape_line(file), base::format_size(ByteCount{size})));
    }
    out.record(Record{"backup", out.now()}.path("path", file).number("size", std::optional{size}).str());
}

}  // namespace

Status print_answer(Context& context, const AdminOptions& options, const admin::pb::Reply& reply) {
    auto& out = context.out;
    switch (options.task) {
        case AdminTask::users:
            return print_users(out, reply);
        case AdminTask::sessions:
            return print_sessions(out, reply);
        case AdminTask::audit:
            print_audit(out, reply);
            return {};
        case AdminTask::stats:
            print_stats(out, reply.stats());
            return {};
        case AdminTask::token:
        case AdminTask::reset:
            print_token(out, options, reply.token());
            return {};
        case AdminTask::block:
        case AdminTask::unblock:
        case AdminTask::remove:
            print_change(out, options);
            return {};
        case AdminTask::backup:
            print_backup(out, *options.file, reply.backup_size());
            return {};
    }
    return Errc::internal;
}

}  // namespace p2pc::commands
