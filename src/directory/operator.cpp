#include "directory/operator.hpp"

#include "directory/client_link.hpp"
#include "directory/directory.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::AccountState;
using storage::DirectoryStore;

AuditEntry admin_row(const Directory& directory, AuditEvent event, std::optional<model::UserName> user,
                     std::uint32_t uid) {
    AuditEntry entry{event, AuditOutcome::done, directory.loop.clock().wall()};
    entry.user = std::move(user);
    entry.uid = uid;
    return entry;
}

// Of the store's answers about a name.
template <class Answer>
Answer named(Answer answer) {
    if (!answer && answer.error().code() == Errc::not_found) return Errc::no_such_user;
    return answer;
}

AuditEvent event_of(TokenUse use) {
    return use == TokenUse::reset ? AuditEvent::admin_reset : AuditEvent::admin_token;
}

}  // namespace

void end_account(Directory& directory, const model::UserName& user, const Bytes& farewell,
                 const std::string& why) {
    for (const InstanceId id : directory.connections.of_account(user)) {
        // A farewell takes up to two seconds, in which nobody may be led there any more.
        directory.presence.withdraw(id);
        directory.calls.gone(id);
        if (ClientLink* link = directory.link(id)) link->end(farewell, why);
    }
}

void end_devices_of(Directory& directory, const model::UserName& user, const std::string& why) {
    end_account(directory, user, removed_frame(), why);
    directory.sessions.removed(user, std::nullopt);
}

asio::awaitable<Result<std::vector<OperatorUser>>> Operator::users() {
    auto directory = directory_;
    auto job = [](DirectoryStore& store) { return store.list_accounts(); };
    auto accounts = co_await ask(directory->loop, directory->store, job);
    if (!accounts) co_return accounts.error();
    std::vector<OperatorUser> users;
    for (auto& account : *accounts) {
        OperatorUser user{std::move(account)};
        user.present = directory->presence.view_of(user.account.user);
        user.lockout_left = directory->attempts.block_left(user.account.user, directory->loop.now());
        users.push_back(std::move(user));
    }
    co_return users;
}

asio::awaitable<Status> Operator::set_state(model::UserName user, AccountState state, std::uint32_t uid) {
    auto directory = directory_;
    const bool blocked = state == AccountState::blocked;
    const auto event = blocked ? AuditEvent::admin_block : AuditEvent::admin_unblock;
    // What is lifted here is lifted in the store by the same job.
    std::optional<storage::AttemptRecord> lifted;
    if (!blocked) lifted = directory->attempts.lift(user, directory->loop.now());
    auto job = [user, state, lifted, row = admin_row(*directory, event, user, uid)](DirectoryStore& store) {
        auto done = store.set_account_state(user, state);
        if (done && lifted) {
            done = blank(*lifted) ? store.forget_attempts(lifted->key) : store.save_attempts({&*lifted, 1});
        }
        return done ? store.append_audit(row) : done;
    };
    auto done = co_await ask(directory->loop, directory->store, std::move(job));
    if (!done) co_return named(std::move(done));
    directory->log.info(blocked ? "account blocked" : "account unblocked",
                        {{"user", user.text()}, {"uid", uid}});
    if (blocked) end_account(*directory, user, refusal_frame(Errc::account_blocked), "account blocked");
    co_return Status{};
}

asio::awaitable<Status> Operator::block(model::UserName user, std::uint32_t uid) {
    co_return co_await set_state(std::move(user), AccountState::blocked, uid);
}

asio::awaitable<Status> Operator::unblock(model::UserName user, std::uint32_t uid) {
    co_return co_await set_state(std::move(user), AccountState::enabled, uid);
}

asio::awaitable<Status> Operator::remove(model::UserName user, std::uint32_t uid) {
    auto directory = directory_;
    const auto key = directory->attempts.key_of(user);
    auto job = [user, key,
                row = admin_row(*directory, AuditEvent::admin_remove, user, uid)](DirectoryStore& store) {
        auto done = store.remove_account(user);
        if (done) done = store.forget_attempts(key);
        return done ? store.append_audit(row) : done;
    };
    auto done = co_await ask(directory->loop, directory->store, std::move(job));
    if (!done) co_return named(std::move(done));
    directory->attempts.forget(user);
    directory->log.info("account removed", {{"user", user.text()}, {"uid", uid}});
    end_devices_of(*directory, user, "account removed");
    co_return Status{};
}

asio::awaitable<Result<IssuedToken>> Operator::token(TokenUse use, std::optional<model::UserName> user,
                                                     std::uint32_t uid) {
    auto directory = directory_;
    auto token = identity::Token::generate(directory->random);
    const WallTime expires = directory->loop.clock().wall() + directory->options.token_time;
    storage::TokenRecord record;
    record.hash = storage::TokenHash{token.hash()};
    record.use = use;
    record.user = user;
    record.expires = expires;
    auto job = [record, row = admin_row(*directory, event_of(use), user, uid)](DirectoryStore& store) {
        auto kept = store.keep_token(record);
        return kept ? store.append_audit(row) : kept;
    };
    auto kept = co_await ask(directory->loop, directory->store, std::move(job));
    if (!kept) co_return named(std::move(kept)).error();
    const std::string name = user ? user->text() : "-";
    directory->log.info("token made", {{"user", name}, {"uid", uid}});
    co_return IssuedToken(std::move(token), expires);
}

asio::awaitable<Result<std::vector<storage::SessionRecord>>> Operator::sessions() {
    auto directory = directory_;
    auto job = [](DirectoryStore& store) { return store.active_sessions(); };
    co_return co_await ask(directory->loop, directory->store, job);
}

asio::awaitable<Result<ServerStats>> Operator::stats() {
    auto directory = directory_;
    auto job = [now = directory->loop.clock().wall()](DirectoryStore& store) -> Result<ServerStats> {
        ServerStats stats;
        auto accounts = store.list_accounts();
        if (!accounts) return accounts.error();
        stats.accounts = accounts->size();
        for (const auto& account : *accounts)
            stats.blocked += account.state == AccountState::blocked ? 1 : 0;
        auto tokens = store.count_tokens(now);
        if (!tokens) return tokens.error();
        stats.tokens = *tokens;
        return stats;
    };
    auto stats = co_await ask(directory->loop, directory->store, std::move(job));
    if (!stats) co_return stats.error();
    stats->connections = directory->connections.size();
    stats->instances = directory->presence.size();
    stats->online = directory->presence.online_users().size();
    stats->sessions = directory->sessions.size();
    stats->lockouts = directory->attempts.lockouts(directory->loop.now());
    stats->unknown_names = directory->audit.unknown_names();
    stats->started = directory->started;
    co_return stats;
}

asio::awaitable<Result<std::vector<storage::AuditRow>>> Operator::audit(std::uint64_t after,
                                                                        std::size_t limit) {
    auto directory = directory_;
    auto job = [after, limit](DirectoryStore& store) { return store.audit_after(after, limit); };
    co_return co_await ask(directory->loop, directory->store, std::move(job));
}

asio::awaitable<Status> Operator::note_backup(std::uint32_t uid) {
    auto directory = directory_;
    auto job = [row = admin_row(*directory, AuditEvent::admin_backup, {}, uid)](DirectoryStore& store) {
        return store.append_audit(row);
    };
    co_return co_await ask(directory->loop, directory->store, std::move(job));
}

}  // namespace p2pc::directory
