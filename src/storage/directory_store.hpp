// DirectoryStore: the seam to what the server must remember, as questions of its own trade.
//
// Implementations: storage/sqlite (open_sqlite_store), storage/memory (MemoryStore); both pass
// tests/contract/storage. Calls are synchronous and belong to one thread, the store's own (see
// store_thread.hpp). Each call happens wholly or not at all. Outside a batch it is durable when it
// returns; within one when commit_batch() has returned ok.
//
// Every call may also fail with the store's own trouble, after which it changed nothing:
//   Errc::local_io   the disk, its space or its rights
//   Errc::corrupt    the database is damaged
#pragma once

#include <cstddef>
#include <cstdint>
#include <p2pc/base/result.hpp>
#include <span>
#include <vector>

#include "storage/audit.hpp"
#include "storage/records.hpp"

namespace p2pc::storage {

class DirectoryStore {
  public:
    virtual ~DirectoryStore() = default;

    // Calls between the two share one transaction. A call that fails within it undoes only itself.
    // When commit_batch() fails nothing of the batch happened; the store can be used again.
    // The destructor drops an open batch.   REQUIRES: they alternate, begin first.
    virtual Status begin_batch() = 0;
    virtual Status commit_batch() = 0;

    // The secrets of this database: those kept in it, or `if_new` kept from now on.
    virtual Result<ServerSecrets> secrets(const ServerSecrets& if_new) = 0;

    // The last time the server is known to have run: after a crash, when its sessions were last seen.
    virtual Status note_alive(WallTime now) = 0;
    virtual Result<std::optional<WallTime>> last_alive() = 0;

    // ---- accounts
    // The same account key again is Registered::before and changes nothing.
    //   Errc::name_taken    the name has another account key
    //   Errc::device_taken  two devices of the list share a name, or one has an id in use
    virtual Result<Registered> create_account(const NewAccount& account) = 0;
    //   Errc::not_found
    virtual Result<AccountRecord> find_account(const model::UserName& user) = 0;
    // In the order of their names.
    virtual Result<std::vector<AccountSummary>> list_accounts() = 0;
    virtual Result<std::uint64_t> count_accounts() = 0;

    // Puts `list` in the place of the account's. A device that left the list is gone at once; one that
    // stays keeps its state, so a disabled device does not come back by being listed.
    //   Errc::not_found     no such account
    //   Errc::conflict      the serial is not one above the stored one
    //   Errc::device_taken  as in create_account
    virtual Status replace_devices(const model::UserName& user, const DeviceList& list) = 0;
    // replace_devices with the password's keys, in one.
    virtual Status set_password(const model::UserName& user, const NewPassword& password) = 0;
    // Repeating it is no error.   Errc::not_found  no such device on that account
    virtual Status disable_device(const model::UserName& user, const model::DeviceId& device) = 0;
    //   Errc::not_found  no such device on that account
    virtual Result<DeviceRecord> find_device(const model::UserName& user, const model::DeviceId& device) = 0;

    // What the server's operator does with an account.   Errc::not_found  no such account
    virtual Status set_account_state(const model::UserName& user, AccountState state) = 0;
    // Another account key with its list, and none of the old devices or tokens: what a reset comes to. Its
    // state and the time of its creation stay.
    //   Errc::device_taken  as in create_account
    virtual Status replace_account(const NewAccount& account) = 0;
    // With its devices and tokens. Sessions and the audit record keep the name.
    virtual Status remove_account(const model::UserName& user) = 0;

    // ---- tokens
    //   Errc::not_found  no such account
    //   Errc::conflict   that hash is there
    virtual Status keep_token(const TokenRecord& token) = 0;
    // One that has expired is not there.   Errc::not_found
    virtual Result<TokenRecord> find_token(const TokenHash& hash, WallTime now) = 0;
    // One that is not there is no error.
    virtual Status forget_token(const TokenHash& hash) = 0;
    virtual Result<TokenCounts> count_tokens(WallTime now) = 0;
    // Forgets those that have expired. Returns how many.
    virtual Result<std::uint64_t> prune_tokens(WallTime now) = 0;

    // ---- the audit record (storage/audit.hpp)
    virtual Status append_audit(const AuditEntry& entry) = 0;
    // At most `limit` rows with a number above `after`, oldest first.
    virtual Result<std::vector<AuditRow>> audit_after(std::uint64_t after, std::size_t limit) = 0;
    // Forgets the rows before that time: nothing else ever takes one away. Returns how many.
    virtual Result<std::uint64_t> prune_audit(WallTime before) = 0;

    // ---- failed attempts
    virtual Result<std::vector<AttemptRecord>> load_attempts() = 0;
    // Each row takes the place of the one with its key.
    virtual Status save_attempts(std::span<const AttemptRecord> rows) = 0;
    // A key that is not there is no error.
    virtual Status forget_attempts(const AttemptKey& key) = 0;

    // ---- sessions
    //   Errc::conflict  the id was used before
    virtual Status open_session(const NewSession& session) = 0;
    // An active session becomes unconfirmed; one that is already keeps the earlier time.
    //   Errc::not_found  no such session, or it has ended
    virtual Status mark_unconfirmed(const model::SessionId& id, WallTime last_seen) = 0;
    // Every active one, after a start of the server. Returns how many changed.
    virtual Result<std::uint64_t> mark_all_unconfirmed(WallTime last_seen) = 0;
    // An end says that the link is up: active again.   Errc::not_found  as above
    virtual Status confirm(const model::SessionId& id) = 0;
    // Keeps what one end said, and returns the session as it is then. It does not end the session: when
    // it is over is the directory's rule. A device's first report stands; repeating it, or sending
    // another, changes nothing. Within a session between two processes of one device, the second
    // report that differs is the callee's.
    // An ended session is amended: `closed` becomes its reason, and where that was `lost` (a guess of
    // ours) the report's time becomes its end if that is later.
    //   Errc::not_found  no such session
    //   Errc::refused    that device of that user is not part of it
    virtual Result<SessionRecord> report_end(const model::SessionId& id, const model::UserName& user,
                                             const model::DeviceId& device, const EndReport& report) = 0;
    // Moves it from the active sessions to the log. The reason kept is `closed` if a report said so.
    // Ending an ended one is no error and changes nothing.   Errc::not_found  no such session
    virtual Status end_session(const model::SessionId& id, model::EndReason reason, WallTime ended) = 0;
    // Active and unconfirmed ones, oldest first.
    virtual Result<std::vector<SessionRecord>> active_sessions() = 0;
    // Those the user is or was part of, ended ones too, newest first.
    virtual Result<std::vector<SessionRecord>> sessions_of(const model::UserName& user,
                                                           std::size_t limit) = 0;
    //   Errc::not_found
    virtual Result<SessionRecord> find_session(const model::SessionId& id) = 0;
    // Forgets the sessions that ended before that time. Returns how many.
    virtual Result<std::uint64_t> prune_log(WallTime before) = 0;
};

}  // namespace p2pc::storage
