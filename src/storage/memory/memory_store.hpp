// MemoryStore: the store seam in memory, for tests and scenarios. Nothing outlives it.
#pragma once

#include <map>
#include <optional>

#include "storage/directory_store.hpp"

namespace p2pc::storage {

class MemoryStore : public DirectoryStore {
  public:
    // Every call is final at once: a batch has nothing to gather.
    Status begin_batch() override { return {}; }
    Status commit_batch() override { return {}; }

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
    Status check_devices(const model::UserName& user, const DeviceList& list) const;
    void put_devices(AccountRecord& account, const DeviceList& list);
    void drop_tokens_of(const model::UserName& user);
    SessionRecord* running(const model::SessionId& id);

    std::optional<ServerSecrets> secrets_;
    std::optional<WallTime> last_alive_;
    std::map<model::UserName, AccountRecord> accounts_;
    std::map<model::DeviceId, model::UserName> owners_;  // a device id is in use once, on one account
    std::map<TokenHash, TokenRecord> tokens_;
    std::vector<AuditRow> audit_;  // oldest first
    std::uint64_t last_audit_ = 0;
    std::map<AttemptKey, AttemptRecord> attempts_;
    std::map<model::SessionId, SessionRecord> sessions_;
};

}  // namespace p2pc::storage
