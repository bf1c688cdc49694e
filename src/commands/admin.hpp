// admin: what the operator asks of a server on this machine, over the socket beside its database
// (docs/cli.md, "admin").
#pragma once

#include <optional>
#include <string>

#include "admin/asking.hpp"
#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

enum class AdminTask { users, block, unblock, token, reset, remove, sessions, stats, audit, backup };
enum class Confirmed { ask, yes };
struct AdminOptions {
    AdminTask task = AdminTask::users;
    std::optional<model::UserName> user;  // of block, unblock, reset, remove; may be of token
    std::optional<std::string> file;      // of backup
    std::optional<std::string> database;  // absent: in the home
    Confirmed confirmed = Confirmed::ask;
};

std::span<const Flag> admin_flags();
// Errc::usage
Result<AdminOptions> parse_admin(const Given& given);
int run_admin(Context& context, const AdminOptions& options);

// The request a task stands for. REQUIRES: it has its user.
admin::pb::Request request_of(const AdminOptions& options);
// Prints one piece of the answer, as records or for a person.   Errc::malformed: what no server says
Status print_answer(Context& context, const AdminOptions& options, const admin::pb::Reply& reply);

}  // namespace p2pc::commands
