#include "directory/connection_table.hpp"

namespace p2pc::directory {

void ConnectionTable::add_stranger(InstanceId id, const std::string& source) {
    auto& crowd = by_source_[source];
    crowds_.erase({crowd.size(), source});
    crowd.insert(id);
    crowds_.insert({crowd.size(), source});
    ++strangers_;
}

void ConnectionTable::remove_stranger(InstanceId id, const std::string& source) {
    const auto at = by_source_.find(source);
    if (at == by_source_.end()) return;
    auto& crowd = at->second;
    crowds_.erase({crowd.size(), source});
    crowd.erase(id);
    if (crowd.empty()) {
        by_source_.erase(at);
    } else {
        crowds_.insert({crowd.size(), source});
    }
    --strangers_;
}

Result<std::optional<InstanceId>> ConnectionTable::add(InstanceId id, const std::string& source) {
    std::optional<InstanceId> victim;
    if (const auto own = by_source_.find(source);
        own != by_source_.end() && own->second.size() >= limits_.strangers_a_source) {
        victim = *own->second.begin();
        remove(*victim);
    } else if (entries_.size() >= limits_.all) {
        if (crowds_.empty()) return Errc::too_many_connections;
        victim = *by_source_.at(crowds_.rbegin()->second).begin();
        remove(*victim);
    }
    Entry& entry = entries_[id];
    entry.source = source;
    add_stranger(id, source);
    return victim;
}

Status ConnectionTable::log_in(InstanceId id, const model::UserName& user, const model::DeviceId& device) {
    const auto at = entries_.find(id);
    if (at == entries_.end() || at->second.user) return Error{Errc::internal, "no such stranger"};
    if (const auto account = accounts_.find(user); account != accounts_.end()) {
        if (account->second.size() >= limits_.an_account) return Errc::too_many_connections;
    }
    if (of_device(user, device).size() >= limits_.a_device) return Errc::too_many_connections;
    remove_stranger(id, at->second.source);
    at->second.user = user;
    at->second.device = device;
    accounts_[user].insert(id);
    return {};
}

void ConnectionTable::remove(InstanceId id) {
    const auto at = entries_.find(id);
    if (at == entries_.end()) return;
    if (at->second.user) {
        const auto account = accounts_.find(*at->second.user);
        account->second.erase(id);
        if (account->second.empty()) accounts_.erase(account);
    } else {
        remove_stranger(id, at->second.source);
    }
    entries_.erase(at);
}

std::vector<InstanceId> ConnectionTable::of_account(const model::UserName& user) const {
    const auto account = accounts_.find(user);
    if (account == accounts_.end()) return {};
    return {account->second.begin(), account->second.end()};
}

std::vector<InstanceId> ConnectionTable::of_device(const model::UserName& user,
                                                   const model::DeviceId& device) const {
    std::vector<InstanceId> ids;
    for (const InstanceId id : of_account(user)) {
        if (entries_.at(id).device == device) ids.push_back(id);
    }
    return ids;
}

}  // namespace p2pc::directory
