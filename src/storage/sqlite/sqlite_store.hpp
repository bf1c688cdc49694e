// SqliteStore: the store seam on one SQLite connection (docs/decisions/0004-store.md).
#pragma once

#include <memory>
#include <optional>
#include <type_traits>

#include "storage/directory_store.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/file.hpp"

namespace p2pc::storage {

class SqliteStore final : public DirectoryStore {
  public:
    SqliteStore(FileLock lock, std::unique_ptr<Connection> connection);
    ~SqliteStore() override;

    Status begin_batch() override;
    Status commit_batch() override;
    Result<ServerSecrets> secrets(const ServerSecrets& if_new) override;
    Status note_alive(WallTime now) override;
    Result<std::optional<WallTime>> last_alive() override;

    Result<Registered> create_account(const NewAccount& account) override;
    Result<AccountRecord> find_account(const model::UserName& user) override;
    Result<std::vector<AccountSummary>> list_accounts() override;
    Result<std::uint64_t> count_accounts() override;
    Status replace_devices(const model::UserName& user, const DeviceList& list) override;
    Status set_password(const model::UserName& user, const NewPassword& password) override;
    Status disable_device(const model::UserName& user, const model::DeviceId& device) override;
    Result<DeviceRecord> find_device(const model::UserName& user, const model::DeviceId& device) override;

    Status set_account_state(const model::UserName& user, AccountState state) override;
    Status replace_account(const NewAccount& account) override;
    Status remove_account(const model::UserName& user) override;

    Status keep_token(const TokenRecord& token) override;
    Result<TokenRecord> find_token(const TokenHash& hash, WallTime now) override;
    Status forget_token(const TokenHash& hash) override;
    Result<TokenCounts> count_tokens(WallTime now) override;
    Result<std::uint64_t> prune_tokens(WallTime now) override;

    Status append_audit(const AuditEntry& entry) override;
    Result<std::vector<AuditRow>> audit_after(std::uint64_t after, std::size_t limit) override;
    Result<std::uint64_t> prune_audit(WallTime before) override;

    Result<std::vector<AttemptRecord>> load_attempts() override;
    Status save_attempts(std::span<const AttemptRecord> rows) override;
    Status forget_attempts(const AttemptKey& key) override;

    Status open_session(const NewSession& session) override;
    Status mark_unconfirmed(const model::SessionId& id, WallTime last_seen) override;
    Result<std::uint64_t> mark_all_unconfirmed(WallTime last_seen) override;
    Status confirm(const model::SessionId& id) override;
    Result<SessionRecord> report_end(const model::SessionId& id, const model::UserName& user,
                                     const model::DeviceId& device, const EndReport& report) override;
    Status end_session(const model::SessionId& id, model::EndReason reason, WallTime ended) override;
    Result<std::vector<SessionRecord>> active_sessions() override;
    Result<std::vector<SessionRecord>> sessions_of(const model::UserName& user, std::size_t limit) override;
    Result<SessionRecord> find_session(const model::SessionId& id) override;
    Result<std::uint64_t> prune_log(WallTime before) override;

  private:
    // A call that only reads.
    template <class Call>
    std::invoke_result_t<Call> ask(Call call) {
        try {
            return call();
        } catch (const SQLite::Exception& trouble) {
            return error_of(trouble);
        }
    }

    // A call that writes: what it did stays only when its result is ok.
    template <class Call>
    std::invoke_result_t<Call> change(Call call) {
        // After SQLite rolled a batch back by itself, a savepoint would be a transaction of its own and
        // survive a batch that everybody is told has failed.
        if (in_batch_ && connection_->idle()) return Error{Errc::local_io, "the batch was rolled back"};
        return ask([&]() -> std::invoke_result_t<Call> {
            Savepoint frame{*connection_};
            auto result = call();
            if (result) frame.keep();
            return result;
        });
    }

    // These throw, and stand within ask() or change().
    std::optional<std::int64_t> account_id(const model::UserName& user);
    Status check_devices(std::int64_t account, const DeviceList& list);
    void insert_devices(std::int64_t account, const DeviceList& list);
    Status replace_list(std::int64_t account, const DeviceList& list);
    std::optional<SessionRecord> session(const model::SessionId& id);
    void write_reports(const SessionRecord& session);

    FileLock lock_;  // first: released after the connection is closed
    std::unique_ptr<Connection> connection_;
    bool in_batch_ = false;
};

}  // namespace p2pc::storage
