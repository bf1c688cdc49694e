// list, info, sessions: what the server says of people and of one's own sessions.
#pragma once

#include <optional>

#include "commands/client.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "commands/records.hpp"

namespace p2pc::commands {

enum class Whom { online, everybody };
enum class Watching { once, always };
struct ListOptions {
    Whom whom = Whom::online;
    Watching watching = Watching::once;
};
struct InfoOptions {
    std::optional<model::UserName> user;  // absent: oneself
};
struct SessionsOptions {};

std::span<const Flag> list_flags();

// Errc::usage
Result<ListOptions> parse_list(const Given& given);
Result<InfoOptions> parse_info(const Given& given);
Result<SessionsOptions> parse_sessions(const Given& given);

int run_list(Context& context, const ListOptions& options);
int run_info(Context& context, const InfoOptions& options);
int run_sessions(Context& context, const SessionsOptions& options);

// list --watch (watch.cpp): the list, then each change, until a signal.
asio::awaitable<int> watch_users(Context& context, Client& client, ListOptions options);

// What the server says of one user, in a connection of its own (info.cpp).   Errc::no_such_user
asio::awaitable<Result<wire::pb::User>> look_up(Client& client, model::UserName user, Deadline by);

// The server's words as a record; they are hostile by assumption.
//   Errc::malformed   Errc::corrupt: the pins
Result<UserRecord> user_record(const Client& client, const wire::pb::User& user);
Result<SessionRecord> session_record(const home::Login& login, const wire::pb::SessionInfo& session);

// The cells of one line for a person.
std::vector<std::string> cells_of(const UserRecord& user);

}  // namespace p2pc::commands
