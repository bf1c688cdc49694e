#include "directory/audit_desk.hpp"

namespace p2pc::directory {

std::optional<AuditEntry> AuditDesk::row(AuditEvent event, AuditOutcome outcome, const model::UserName& user,
                                         const std::string& source) {
    if (loop_.now() - counted_since_ >= std::chrono::hours{1}) {
        counted_since_ = loop_.now();
        counts_.clear();
    }
    const std::uint32_t count = ++counts_[user];
    if (count > rows_an_hour) return std::nullopt;
    const bool last = count == rows_an_hour;
    auto entry = rare_row(last ? AuditEvent::more : event, user, source);
    entry.outcome = outcome;
    return entry;
}

AuditEntry AuditDesk::rare_row(AuditEvent event, const model::UserName& user,
                               const std::string& source) const {
    AuditEntry entry{event, AuditOutcome::done, loop_.clock().wall()};
    entry.user = user;
    entry.source = source;
    return entry;
}

}  // namespace p2pc::directory
