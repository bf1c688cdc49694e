// Operator: what the one who runs the server may ask of it while it runs, whoever carries the question
// (docs/decisions/0020-admin.md).
//
// Belongs to the loop of its server, whose end it outlives at most by an answer. Every change is in the audit
// record, in the transaction that makes it, with the user id of who asked.
//   Errc::no_such_user    nobody has that name
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "directory/presence.hpp"
#include "identity/token.hpp"
#include "storage/directory_store.hpp"

namespace p2pc::directory {

struct Directory;
using storage::TokenUse;

class OperatorUser {
  public:
    explicit OperatorUser(storage::AccountSummary of) : account(std::move(of)) {}
    storage::AccountSummary account;
    std::optional<UserView> present;            // connected now
    std::chrono::milliseconds lockout_left{0};  // after wrong passwords; for_ever: until it is lifted
};

struct ServerStats {
    std::uint64_t accounts = 0, blocked = 0;
    std::uint64_t connections = 0, instances = 0, online = 0, sessions = 0;
    std::uint64_t lockouts = 0;       // that run, of real names and invented ones
    std::uint64_t unknown_names = 0;  // tried with a password since the start
    storage::TokenCounts tokens;
    WallTime started;
};

// A token is told once, here.
class IssuedToken {
  public:
    IssuedToken(identity::Token made, WallTime until) : token(std::move(made)), expires(until) {}
    identity::Token token;
    WallTime expires;
};

class Operator {
  public:
    explicit Operator(std::shared_ptr<Directory> directory) : directory_(std::move(directory)) {}

    // In the order of their names.
    asio::awaitable<Result<std::vector<OperatorUser>>> users();
    // The account neither logs in nor is called until it is unblocked; its connections end.
    asio::awaitable<Status> block(model::UserName user, std::uint32_t uid);
    // Lifts a block, and a lockout after wrong passwords.
    asio::awaitable<Status> unblock(model::UserName user, std::uint32_t uid);
    // The account with its devices; its connections end. The name is free.
    asio::awaitable<Status> remove(model::UserName user, std::uint32_t uid);
    // A token for one use. REQUIRES: a user for all but TokenUse::registration
    asio::awaitable<Result<IssuedToken>> token(TokenUse use, std::optional<model::UserName> user,
                                               std::uint32_t uid);
    // Those that run.
    asio::awaitable<Result<std::vector<storage::SessionRecord>>> sessions();
    asio::awaitable<Result<ServerStats>> stats();
    // As DirectoryStore::audit_after.
    asio::awaitable<Result<std::vector<storage::AuditRow>>> audit(std::uint64_t after, std::size_t limit);
    // A backup is handed out.
    asio::awaitable<Status> note_backup(std::uint32_t uid);

  private:
    asio::awaitable<Status> set_state(model::UserName user, storage::AccountState state, std::uint32_t uid);

    std::shared_ptr<Directory> directory_;
};

// Ends every connection of an account at once, each with `farewell`: nobody is led to them any more.
void end_account(Directory& directory, const model::UserName& user, const Bytes& farewell,
                 const std::string& why);
// The same when all its devices are removed: others end what they have open with them, too.
void end_devices_of(Directory& directory, const model::UserName& user, const std::string& why);

}  // namespace p2pc::directory
