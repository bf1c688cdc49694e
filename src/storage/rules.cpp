#include "storage/rules.hpp"

#include <algorithm>
#include <set>

namespace p2pc::storage {
namespace {

using model::EndReason;
using model::SessionState;

bool says_closed(const std::optional<EndReport>& report) {
    return report && report->reason == EndReason::closed;
}

bool is(const Party& party, const model::UserName& user, const model::DeviceId& device) {
    return party.device == device && party.user == user;
}

// Where this end's report goes, or nothing when it has told already.
std::optional<EndReport>* place_for(SessionRecord& session, bool caller, bool callee,
                                    const EndReport& report) {
    if (caller && !session.caller_report) return &session.caller_report;
    if (caller && session.caller_report == report) return nullptr;
    if (callee && !session.callee_report) return &session.callee_report;
    return nullptr;
}

}  // namespace

bool follows(std::uint64_t stored, std::uint64_t next) noexcept {
    return next != 0 && next - 1 == stored;
}

Status check_distinct(const DeviceList& list) {
    std::set<model::DeviceName> names;
    std::set<model::DeviceId> ids;
    for (const auto& device : list.devices) {
        const bool new_name = names.insert(device.name).second;
        const bool new_id = ids.insert(device.id).second;
        if (!new_name || !new_id) return Error{Errc::device_taken, "listed twice: " + device.name.text()};
    }
    return {};
}

SessionRecord opened(const NewSession& session) {
    return SessionRecord{.id = session.id,
                         .caller = session.caller,
                         .callee = session.callee,
                         .started = session.started,
                         .state = SessionState::active,
                         .last_seen = std::nullopt,
                         .reason = std::nullopt,
                         .ended = std::nullopt,
                         .caller_report = std::nullopt,
                         .callee_report = std::nullopt};
}

Status take_report(SessionRecord& session, const model::UserName& user, const model::DeviceId& device,
                   const EndReport& report) {
    const bool caller = is(session.caller, user, device);
    const bool callee = is(session.callee, user, device);
    if (!caller && !callee) return Error{Errc::refused, "not a device of this session"};
    auto* place = place_for(session, caller, callee, report);
    if (place == nullptr) return {};
    *place = report;
    if (session.state != SessionState::ended) return {};
    if (session.reason == EndReason::lost) session.ended = std::max(*session.ended, report.when);
    if (report.reason == EndReason::closed) session.reason = EndReason::closed;
    return {};
}

void conclude(SessionRecord& session, EndReason reason, WallTime ended) {
    const bool closed = says_closed(session.caller_report) || says_closed(session.callee_report);
    session.state = SessionState::ended;
    session.last_seen.reset();
    session.reason = closed ? EndReason::closed : reason;
    session.ended = ended;
}

}  // namespace p2pc::storage
