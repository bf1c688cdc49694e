#include "directory/watch_desk.hpp"

#include "directory/replies.hpp"

namespace p2pc::directory {
namespace {

template <class Changes>
std::vector<Bytes> frames_of(const Changes& changes, Scope scope) {
    std::vector<wire::pb::User> users;
    for (const auto& [name, change] : changes) {
        if (scope == Scope::all || change.presence) users.push_back(to_message(change.view));
    }
    return users.empty() ? std::vector<Bytes>{} : users_frames(0, users);
}

}  // namespace

WatchDesk::~WatchDesk() {
    if (scheduled_) loop_.cancel(timer_);
}

void WatchDesk::add(InstanceId watcher, Scope scope) {
    Watcher& entry = watchers_[watcher];
    entry.scope = scope;
    entry.held = true;
}

void WatchDesk::release(InstanceId watcher) {
    const auto at = watchers_.find(watcher);
    if (at == watchers_.end()) return;
    at->second.held = false;
    const Changes missed = std::exchange(at->second.missed, {});
    for (auto& frame : frames_of(missed, at->second.scope)) {
        presence_.signal(watcher, std::move(frame), nullptr);
    }
}

void WatchDesk::remove(InstanceId watcher) {
    watchers_.erase(watcher);
}

void WatchDesk::changed(const UserView& user) {
    note(user, true);
}

void WatchDesk::registered(const UserView& user) {
    note(user, false);
}

void WatchDesk::note(const UserView& user, bool presence) {
    if (watchers_.empty()) return;
    const Change change{user, presence};
    Changes one;
    one.emplace(user.name, change);
    merge(changes_, one);
    schedule();
}

void WatchDesk::merge(Changes& into, const Changes& from) {
    for (const auto& [name, change] : from) {
        const auto [at, fresh] = into.emplace(name, change);
        if (fresh) continue;
        // An account that registered and came online at once is both; only presence says how it stands.
        if (change.presence) at->second = change;
    }
}

void WatchDesk::schedule() {
    if (scheduled_) return;
    scheduled_ = true;
    timer_ = loop_.at(loop_.now() + gather, [this] {
        scheduled_ = false;
        flush();
    });
}

void WatchDesk::flush() {
    const Changes changes = std::exchange(changes_, {});
    const auto for_online = frames_of(changes, Scope::online);
    const auto for_all = frames_of(changes, Scope::all);
    // A signal may end a connection that reads too slowly, and with it a watcher: ids, not iterators.
    std::vector<std::pair<InstanceId, Scope>> ready;
    for (auto& [id, watcher] : watchers_) {
        if (watcher.held) {
            merge(watcher.missed, changes);
        } else {
            ready.emplace_back(id, watcher.scope);
        }
    }
    for (const auto& [id, scope] : ready) {
        for (const auto& frame : scope == Scope::all ? for_all : for_online) {
            presence_.signal(id, frame, nullptr);
        }
    }
}

}  // namespace p2pc::directory
