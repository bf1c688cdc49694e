#include "directory/call_choice.hpp"

#include <algorithm>

namespace p2pc::directory {
namespace {

// Lower is asked sooner; nothing: it does not take this.
std::optional<int> rank(const Instance& instance, CallKind kind, bool talking) {
    const bool chat = instance.program == Program::chat;
    const bool receives = instance.program == Program::receive;
    switch (kind) {
        case CallKind::chat:
            if (chat) return 0;
            break;
        case CallKind::files:
            if (receives) return 0;
            if (chat) return 1;
            break;
        case CallKind::message:
            if (talking && (chat || receives)) return 0;
            if (chat) return 1;
            if (receives) return 2;
            break;
        case CallKind::invite:
            if (instance.program == Program::invite) return 0;
            break;
    }
    return std::nullopt;
}

}  // namespace

std::vector<InstanceId> choose(const std::vector<Instance>& instances, CallKind kind,
                               const std::optional<model::DeviceName>& device, InstanceId caller,
                               const std::set<InstanceId>& talking) {
    std::vector<std::pair<int, InstanceId>> ranked;
    for (const Instance& instance : instances) {
        if (instance.id == caller) continue;
        if (device && instance.device_name != *device) continue;
        if (const auto place = rank(instance, kind, talking.contains(instance.id))) {
            ranked.emplace_back(*place, instance.id);
        }
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<int, InstanceId>::first);
    std::vector<InstanceId> chosen;
    for (const auto& entry : ranked)
        chosen.push_back(entry.second);
    return chosen;
}

}  // namespace p2pc::directory
