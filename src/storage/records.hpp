// Records: what the server remembers, as plain values. No SQL type, no clock: times are handed in.
//
// They are aggregates with non-trivial members, and g++ 12.2 destroys such a temporary twice in a
// statement with co_await: name it first.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/names.hpp"
#include "model/session.hpp"

namespace p2pc::storage {

// What makes this database this server: kept in it, so that a backup is whole.
struct ServerSecrets {
    ByteArray<32> founding_seed{};  // Ed25519
    ByteArray<32> hmac_key{};       // keys the names in the table of failed attempts
    friend bool operator==(const ServerSecrets&, const ServerSecrets&) = default;
};

// ---- accounts -----------------------------------------------------------------------------------------

struct ListedDevice {
    model::DeviceId id;
    model::DeviceName name;
    model::PublicKey key;
    friend bool operator==(const ListedDevice&, const ListedDevice&) = default;
};

// A device list and the bytes the account key signed. That both say the same is the caller's duty.
struct DeviceList {
    std::uint64_t serial = 0;
    Bytes signed_bytes;
    std::vector<ListedDevice> devices;
};

struct NewAccount {
    model::UserName user;
    model::PublicKey account_key;
    model::PublicKey login_key;
    Bytes wrapped_key;  // the account key, under a key only the password gives
    DeviceList list;    // with the first device
    WallTime created;
};

// A blocked account can neither log in nor be called; its operator said so.
enum class AccountState { enabled, blocked };

enum class DeviceState { enabled, disabled };

struct DeviceRecord {
    model::DeviceId id;
    model::DeviceName name;
    model::PublicKey key;
    DeviceState state = DeviceState::enabled;  // disabled: logged out here, and not yet off the list
    friend bool operator==(const DeviceRecord&, const DeviceRecord&) = default;
};

struct AccountRecord {
    model::UserName user;
    model::PublicKey account_key;
    model::PublicKey login_key;
    Bytes wrapped_key;
    std::uint64_t serial = 0;
    Bytes signed_list;
    std::vector<DeviceRecord> devices;  // in the order of their names
    WallTime created;
    AccountState state = AccountState::enabled;
    friend bool operator==(const AccountRecord&, const AccountRecord&) = default;
};

struct AccountSummary {
    model::UserName user;
    model::PublicKey account_key;
    WallTime created;
    AccountState state = AccountState::enabled;
    friend bool operator==(const AccountSummary&, const AccountSummary&) = default;
};

// What `passwd` changes, all of it in one transaction.
struct NewPassword {
    model::PublicKey login_key;
    Bytes wrapped_key;
    DeviceList list;
};

// Whether a registration made the account, or found it made by an earlier try whose reply was lost.
enum class Registered { now, before };

// ---- tokens -------------------------------------------------------------------------------------------

using TokenHash = model::FixedBytes<struct TokenHashTag, 32>;

// What its holder may do once: make an account, try one password while that is blocked, or put a new
// account key in the place of the old one.
enum class TokenUse { registration, attempt, reset };

// A token the operator gave out. Of the token itself only the hash is kept.
struct TokenRecord {
    TokenHash hash;
    TokenUse use = TokenUse::registration;
    std::optional<model::UserName> user;  // not of a registration
    WallTime expires;
    friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};

struct TokenCounts {
    std::uint64_t registration = 0, attempt = 0, reset = 0;
    friend bool operator==(const TokenCounts&, const TokenCounts&) = default;
};

// ---- failed attempts ----------------------------------------------------------------------------------

using AttemptKey = model::FixedBytes<struct AttemptKeyTag, 32>;  // HMAC(hmac_key, user name)

// One name's failed password logins. The rule that reads it is the directory's; here it only lasts.
struct AttemptRecord {
    AttemptKey key;
    std::uint32_t failures = 0;               // in a row, 0 to 2
    std::uint32_t level = 0;                  // how often the block has doubled
    std::chrono::milliseconds block_left{0};  // time left, not a point: a clock set back forgets nothing
    bool real = false;               // the name of an account; a blocking row of one is never evicted
    std::uint32_t windows_used = 0;  // `login --open-window` on window_day
    std::int64_t window_day = 0;
    std::uint32_t notices = 0;  // failures the owner has not been told of
    WallTime last_failed{};     // the last of them; 1970: none
    friend bool operator==(const AttemptRecord&, const AttemptRecord&) = default;
};

// ---- sessions -----------------------------------------------------------------------------------------

struct EndReport {
    model::EndReason reason = model::EndReason::closed;
    ByteCount bytes_in;
    ByteCount bytes_out;
    std::string path;  // "direct", ...
    WallTime when;
    friend bool operator==(const EndReport&, const EndReport&) = default;
};

// One end of a session. The names are those at its start; a device renamed later stays as it was here.
struct Party {
    model::UserName user;
    model::DeviceId device;
    model::DeviceName device_name;
    friend bool operator==(const Party&, const Party&) = default;
};

struct NewSession {
    model::SessionId id;
    Party caller;
    Party callee;
    WallTime started;
};

struct SessionRecord {
    model::SessionId id;
    Party caller;
    Party callee;
    WallTime started;
    model::SessionState state = model::SessionState::active;
    std::optional<WallTime> last_seen;       // when unconfirmed
    std::optional<model::EndReason> reason;  // when ended: of the whole; `closed` if an end said so
    std::optional<WallTime> ended;           // when ended
    std::optional<EndReport> caller_report;  // as that end told it, never merged with the other's
    std::optional<EndReport> callee_report;
    friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

}  // namespace p2pc::storage
