// AuditDesk: makes the rows of the audit record that come of what clients do, and keeps them few.
//
// Belongs to the loop. A row goes to the store in the job that makes it true, so that both happen or neither.
// A user's own doings are at most `rows_an_hour`; one row says that more were left out. What a stranger says
// of names nobody has is counted and makes no row.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "io/loop.hpp"
#include "storage/directory_store.hpp"

namespace p2pc::directory {

using storage::AuditEntry;
using storage::AuditEvent;
using storage::AuditOutcome;

class AuditDesk {
  public:
    static constexpr std::uint32_t rows_an_hour = 100;  // of one user

    explicit AuditDesk(io::Loop& loop) : loop_(loop), counted_since_(loop.now()) {}

    // A row about `user`, which is an account's name; nothing where the hour has no more room for it. It
    // counts when it is made: make it for what is going to happen.
    std::optional<AuditEntry> row(AuditEvent event, AuditOutcome outcome, const model::UserName& user,
                                  const std::string& source);
    // For what a user cannot do again and again.
    AuditEntry rare_row(AuditEvent event, const model::UserName& user, const std::string& source) const;

    void unknown_name() noexcept { ++unknown_names_; }
    // Password logins of names that nobody has, since the start.
    std::uint64_t unknown_names() const noexcept { return unknown_names_; }

  private:
    io::Loop& loop_;
    Instant counted_since_;
    std::map<model::UserName, std::uint32_t> counts_;  // within the hour
    std::uint64_t unknown_names_ = 0;
};

// For jobs: the row, where there is one.
inline Status keep(storage::DirectoryStore& store, const std::optional<AuditEntry>& row) {
    return row ? store.append_audit(*row) : Status{};
}

}  // namespace p2pc::directory
