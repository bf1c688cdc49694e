#include "directory/presence_board.hpp"

#include <algorithm>

namespace p2pc::directory {

UserView PresenceBoard::view(const Present& user) {
    const Instance& any = user.instances.front();
    UserView view{any.user, any.account->account_key};
    view.since = user.since;
    for (auto instance = user.instances.rbegin(); instance != user.instances.rend(); ++instance) {
        if (!instance->makes_online()) continue;
        auto device = std::ranges::find(view.devices, instance->device_name, &OnlineDevice::name);
        if (device == view.devices.end()) {
            view.devices.push_back({instance->device_name, {}});
            device = std::prev(view.devices.end());
        }
        auto& endpoints = device->endpoints;
        for (const auto& endpoint : instance->endpoints) {
            const bool known = std::ranges::find(endpoints, endpoint) != endpoints.end();
            if (!known && endpoints.size() < max_endpoints) endpoints.push_back(endpoint);
        }
    }
    std::ranges::sort(view.devices, {}, &OnlineDevice::name);
    return view;
}

void PresenceBoard::settle(const UserView& before, Present& user) {
    const bool online = std::ranges::any_of(user.instances, &Instance::makes_online);
    if (online && !user.since) user.since = clock_.wall();
    if (!online) user.since.reset();
    UserView now{before.name, before.account_key};
    if (!user.instances.empty()) now = view(user);
    if (now != before && on_change_) on_change_(now);
}

void PresenceBoard::announce(Instance instance) {
    const InstanceId id = instance.id;
    Present& user = users_[instance.user];
    UserView before{instance.user, instance.account->account_key};
    if (!user.instances.empty()) before = view(user);

    auto newest = instance.account;
    for (const auto& known : user.instances) {
        if (known.account->list_serial > newest->list_serial) newest = known.account;
    }
    const auto same = std::ranges::find(user.instances, id, &Instance::id);
    if (same == user.instances.end()) {
        users_of_.emplace(id, instance.user);
        user.instances.push_back(std::move(instance));
    } else {
        *same = std::move(instance);
    }
    for (auto& known : user.instances)
        known.account = newest;
    settle(before, user);
}

void PresenceBoard::withdraw(InstanceId id) {
    const auto owner = users_of_.find(id);
    if (owner == users_of_.end()) return;
    const auto user = users_.find(owner->second);
    users_of_.erase(owner);
    const UserView before = view(user->second);
    std::erase_if(user->second.instances, [id](const Instance& instance) { return instance.id == id; });
    settle(before, user->second);
    // on_change may have looked, but not announced: the entry is still ours to remove.
    if (user->second.instances.empty()) users_.erase(user);
}

std::optional<Instance> PresenceBoard::find(InstanceId id) const {
    const auto owner = users_of_.find(id);
    if (owner == users_of_.end()) return std::nullopt;
    const auto& instances = users_.at(owner->second).instances;
    return *std::ranges::find(instances, id, &Instance::id);
}

std::vector<Instance> PresenceBoard::instances_of(const model::UserName& user) const {
    const auto present = users_.find(user);
    if (present == users_.end()) return {};
    return {present->second.instances.rbegin(), present->second.instances.rend()};
}

std::optional<UserView> PresenceBoard::view_of(const model::UserName& user) const {
    const auto present = users_.find(user);
    if (present == users_.end()) return std::nullopt;
    return view(present->second);
}

std::vector<UserView> PresenceBoard::online_users() const {
    std::vector<UserView> online;
    for (const auto& [name, present] : users_) {
        if (present.since) online.push_back(view(present));
    }
    return online;
}

void PresenceBoard::signal(InstanceId to, Bytes message, Told told) {
    const bool taken = users_of_.contains(to) && deliver_(to, message);
    if (told) told(taken ? Delivery::delivered : Delivery::gone);
}

}  // namespace p2pc::directory
