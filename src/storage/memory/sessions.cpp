// MemoryStore: sessions. The active ones and the log are one map here; an ended one knows that it is.
#include <algorithm>
#include <tuple>

#include "storage/memory/memory_store.hpp"
#include "storage/rules.hpp"

namespace p2pc::storage {
namespace {

using model::SessionState;

bool older(const SessionRecord& a, const SessionRecord& b) {
    return std::tie(a.started, a.id) < std::tie(b.started, b.id);
}

}  // namespace

Status MemoryStore::open_session(const NewSession& session) {
    const bool is_new = sessions_.emplace(session.id, opened(session)).second;
    if (!is_new) return Error{Errc::conflict, "session id used before"};
    return {};
}

// Null when there is none, or it has ended.
SessionRecord* MemoryStore::running(const model::SessionId& id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.state == SessionState::ended) return nullptr;
    return &found->second;
}

Status MemoryStore::mark_unconfirmed(const model::SessionId& id, WallTime last_seen) {
    auto* session = running(id);
    if (session == nullptr) return Errc::not_found;
    if (session->state == SessionState::unconfirmed) return {};
    session->state = SessionState::unconfirmed;
    session->last_seen = last_seen;
    return {};
}

Result<std::uint64_t> MemoryStore::mark_all_unconfirmed(WallTime last_seen) {
    std::uint64_t changed = 0;
    for (auto& [id, session] : sessions_) {
        if (session.state != SessionState::active) continue;
        session.state = SessionState::unconfirmed;
        session.last_seen = last_seen;
        ++changed;
    }
    return changed;
}

Status MemoryStore::confirm(const model::SessionId& id) {
    auto* session = running(id);
    if (session == nullptr) return Errc::not_found;
    session->state = SessionState::active;
    session->last_seen.reset();
    return {};
}

Result<SessionRecord> MemoryStore::report_end(const model::SessionId& id, const model::UserName& user,
                                              const model::DeviceId& device, const EndReport& report) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return Errc::not_found;
    if (auto taken = take_report(found->second, user, device, report); !taken) return taken.error();
    return found->second;
}

Status MemoryStore::end_session(const model::SessionId& id, model::EndReason reason, WallTime ended) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return Errc::not_found;
    if (found->second.state != SessionState::ended) conclude(found->second, reason, ended);
    return {};
}

Result<std::vector<SessionRecord>> MemoryStore::active_sessions() {
    std::vector<SessionRecord> found;
    for (const auto& [id, session] : sessions_) {
        if (session.state != SessionState::ended) found.push_back(session);
    }
    std::ranges::sort(found, older);
    return found;
}

Result<std::vector<SessionRecord>> MemoryStore::sessions_of(const model::UserName& user, std::size_t limit) {
    std::vector<SessionRecord> found;
    for (const auto& [id, session] : sessions_) {
        if (session.caller.user == user || session.callee.user == user) found.push_back(session);
    }
    std::sort(found.rbegin(), found.rend(), older);
    if (found.size() > limit) found.erase(found.begin() + static_cast<std::ptrdiff_t>(limit), found.end());
    return found;
}

Result<SessionRecord> MemoryStore::find_session(const model::SessionId& id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return Errc::not_found;
    return found->second;
}

Result<std::uint64_t> MemoryStore::prune_log(WallTime before) {
    return std::erase_if(sessions_, [before](const auto& entry) {
        return entry.second.state == SessionState::ended && entry.second.ended < before;
    });
}

}  // namespace p2pc::storage
