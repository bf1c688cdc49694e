#include "directory/session_book.hpp"

#include <algorithm>

namespace p2pc::directory {

using storage::DirectoryStore;
using storage::SessionRecord;

// What the directory does on its own account has nobody to answer to: a failure goes to the log. `done`
// holds no pointer to the book: the queue may outlive it.
template <class Job>
void SessionBook::write(std::string_view what, const SessionId& id, Job job) {
    store_.run(std::move(job), [&log = log_, what = std::string{what}, id](Status done) {
        // not_found: an end reported meanwhile, which settles it.
        if (done || done.error().code() == Errc::not_found) return;
        log.error("session not written",
                  {{"what", what}, {"session", id_text(id)}, {"error", describe(done.error())}});
    });
}

void SessionBook::restore(const std::vector<SessionRecord>& sessions) {
    for (const auto& record : sessions) {
        Running session;
        session.ends.push_back(End{record.caller.user, record.caller.device, std::nullopt});
        session.ends.push_back(End{record.callee.user, record.callee.device, std::nullopt});
        session.last_seen = record.last_seen.value_or(record.started);
        session.lost_at = clock_.now() + lost_after_;
        running_.emplace(record.id, std::move(session));
    }
}

void SessionBook::open(storage::NewSession session, CallKind kind, InstanceId caller, InstanceId callee,
                       Done done) {
    const SessionId id = session.id;
    Running running;
    running.kind = kind;
    running.ends.push_back(End{session.caller.user, session.caller.device, caller});
    running.ends.push_back(End{session.callee.user, session.callee.device, callee});
    running_.emplace(id, std::move(running));
    of_instance_[caller].insert(id);
    of_instance_[callee].insert(id);
    store_.run([session = std::move(session)](DirectoryStore& store) { return store.open_session(session); },
               [this, alive = std::weak_ptr{alive_}, id, done = std::move(done)](Status opened) {
                   if (alive.expired()) return;
                   if (!opened) forget(id);
                   done(std::move(opened));
               });
}

SessionBook::End* SessionBook::end_to_claim(Running& session, const model::UserName& user,
                                            const model::DeviceId& device, InstanceId by) {
    End* free = nullptr;
    for (End& end : session.ends) {
        if (end.user != user || end.device != device) continue;
        if (end.instance == by) return &end;
        // Between two processes of one device the end that is without a connection is the one that is back.
        if (!free || (free->instance && !end.instance)) free = &end;
    }
    return free;
}

void SessionBook::confirm(InstanceId from, const model::UserName& user, const model::DeviceId& device,
                          std::span<const SessionId> up) {
    for (const SessionId& id : up) {
        const auto at = running_.find(id);
        if (at == running_.end()) continue;
        End* end = end_to_claim(at->second, user, device, from);
        if (!end || end->instance == from) continue;
        if (end->instance) of_instance_[*end->instance].erase(id);
        end->instance = from;
        of_instance_[from].insert(id);
        at->second.lost_at = never;
        if (at->second.removed) tell_removed_(from, id);
        write("confirm", id, [id](DirectoryStore& store) { return store.confirm(id); });
    }
}

void SessionBook::removed(const model::UserName& user, const std::optional<model::DeviceId>& device) {
    const auto is_it = [&](const End& end) { return end.user == user && (!device || end.device == *device); };
    std::vector<std::pair<InstanceId, SessionId>> told;
    for (auto& [id, session] : running_) {
        if (std::ranges::none_of(session.ends, is_it)) continue;
        session.removed = true;
        for (const End& end : session.ends) {
            if (!is_it(end) && end.instance) told.emplace_back(*end.instance, id);
        }
    }
    for (const auto& [to, id] : told)
        tell_removed_(to, id);
}

void SessionBook::gone(InstanceId instance) {
    const auto at = of_instance_.find(instance);
    if (at == of_instance_.end()) return;
    const auto sessions = std::move(at->second);
    of_instance_.erase(at);
    for (const SessionId& id : sessions) {
        const auto session = running_.find(id);
        if (session == running_.end()) continue;
        for (End& end : session->second.ends) {
            if (end.instance == instance) end.instance.reset();
        }
        abandon(id, session->second);
    }
}

void SessionBook::abandon(const SessionId& id, Running& session) {
    const WallTime seen = clock_.wall();
    const bool somebody =
        std::ranges::any_of(session.ends, [](const End& end) { return end.instance.has_value(); });
    if (!somebody) {
        session.last_seen = seen;
        session.lost_at = clock_.now() + lost_after_;
    }
    // Seen until now, also where the other end was gone before: the later time is the true one.
    write("unconfirmed", id, [id, seen](DirectoryStore& store) -> Status {
        auto confirmed = store.confirm(id);
        if (!confirmed) return confirmed;
        return store.mark_unconfirmed(id, seen);
    });
}

void SessionBook::report(SessionId id, model::UserName user, model::DeviceId device,
                         storage::EndReport report, Done done) {
    const WallTime now = clock_.wall();
    // The clock of a client may be anything; the future it cannot have seen.
    report.when = std::min(report.when, now);
    auto job = [id, user = std::move(user), device,
                report = std::move(report)](DirectoryStore& store) -> Status {
        auto session = store.report_end(id, user, device, report);
        if (!session) return session.error();
        if (session->state == model::SessionState::ended) return {};
        return store.end_session(id, report.reason, std::max(report.when, session->started));
    };
    store_.run(std::move(job),
               [this, alive = std::weak_ptr{alive_}, id, done = std::move(done)](Status reported) {
                   if (alive.expired()) return;
                   if (reported) forget(id);
                   done(std::move(reported));
               });
}

void SessionBook::sweep() {
    const Instant now = clock_.now();
    std::vector<std::pair<SessionId, WallTime>> lost;
    for (const auto& [id, session] : running_) {
        if (session.lost_at <= now) lost.emplace_back(id, session.last_seen);
    }
    for (const auto& [id, seen] : lost) {
        forget(id);
        log_.info("session lost", {{"session", id_text(id)}});
        write("lost", id, [id = id, seen = seen](DirectoryStore& store) {
            return store.end_session(id, model::EndReason::lost, seen);
        });
    }
}

void SessionBook::forget(const SessionId& id) {
    const auto at = running_.find(id);
    if (at == running_.end()) return;
    for (const End& end : at->second.ends) {
        if (!end.instance) continue;
        const auto of = of_instance_.find(*end.instance);
        if (of == of_instance_.end()) continue;
        of->second.erase(id);
        if (of->second.empty()) of_instance_.erase(of);
    }
    running_.erase(at);
}

std::set<InstanceId> SessionBook::talking(const std::vector<Instance>& instances,
                                          const model::UserName& other) const {
    std::set<InstanceId> found;
    for (const Instance& instance : instances) {
        const auto sessions = of_instance_.find(instance.id);
        if (sessions == of_instance_.end()) continue;
        for (const SessionId& id : sessions->second) {
            const Running& session = running_.at(id);
            const bool caller = session.ends[0].instance == instance.id;
            if (session.kind == CallKind::chat && session.ends[caller ? 1 : 0].user == other) {
                found.insert(instance.id);
            }
        }
    }
    return found;
}

std::optional<InstanceId> SessionBook::other_end(SessionId id, InstanceId one) const {
    const auto at = running_.find(id);
    if (at == running_.end()) return std::nullopt;
    const End& caller = at->second.ends[0];
    const End& callee = at->second.ends[1];
    if (caller.instance == one) return callee.instance;
    if (callee.instance == one) return caller.instance;
    return std::nullopt;
}

}  // namespace p2pc::directory
