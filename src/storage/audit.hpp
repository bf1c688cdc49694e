// The audit record: who logged in, was blocked, changed devices or keys, and what the operator did. One row a
// happening, appended and never changed; docs/decisions/0020-admin.md says what is in it and what never is.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>

#include "model/names.hpp"

namespace p2pc::storage {

enum class AuditEvent {
    login,           // by password: right or wrong
    lockout,         // three wrong passwords in a row
    window,          // a device allowed three more
    registered,      // an account was made
    reset,           // its account key was replaced
    password,        // changed
    device_added,    // to the account's list
    device_removed,  // logged out, or by another device
    more,            // further rows of this user within the hour were left out
    admin_block,
    admin_unblock,
    admin_token,
    admin_reset,
    admin_remove,
    admin_backup,
};

// refused: as a blocked account, or without a token that was needed.
enum class AuditOutcome { done, wrong, refused };

std::string_view to_text(AuditEvent event) noexcept;
std::string_view to_text(AuditOutcome outcome) noexcept;
std::optional<AuditEvent> parse_audit_event(std::string_view text) noexcept;
std::optional<AuditOutcome> parse_audit_outcome(std::string_view text) noexcept;

// The name is one that was an account's then: a stranger can make no row.
class AuditEntry {
  public:
    AuditEntry(AuditEvent what, AuditOutcome how, WallTime when) : event(what), outcome(how), at(when) {}
    friend bool operator==(const AuditEntry&, const AuditEntry&) = default;

    AuditEvent event;
    AuditOutcome outcome;
    WallTime at;
    std::optional<model::UserName> user;
    std::optional<model::DeviceName> device;
    std::string source;                // the host it came from; empty: none
    std::optional<std::uint32_t> uid;  // of the operator, for what came over the admin socket
};

class AuditRow {
  public:
    AuditRow(std::uint64_t id, AuditEntry what) : number(id), entry(std::move(what)) {}
    friend bool operator==(const AuditRow&, const AuditRow&) = default;

    std::uint64_t number;  // counts up, with holes, never used twice
    AuditEntry entry;
};

}  // namespace p2pc::storage
