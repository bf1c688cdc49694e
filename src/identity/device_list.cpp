#include "identity/device_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace p2pc::identity {
namespace {

template <class Member>
bool has_twice(const std::vector<Device>& devices, Member member) {
    for (std::size_t i = 0; i < devices.size(); ++i) {
        for (std::size_t j = i + 1; j < devices.size(); ++j) {
            if (devices[i].*member == devices[j].*member) return true;
        }
    }
    return false;
}

template <class Member, class Value>
const Device* find_by(const std::vector<Device>& devices, Member member, const Value& value) {
    const auto found = std::find_if(devices.begin(), devices.end(),
                                    [&](const Device& device) { return device.*member == value; });
    return found == devices.end() ? nullptr : &*found;
}

std::vector<Device> left_of(std::vector<Device> devices, const std::vector<model::DeviceId>& gone) {
    std::erase_if(devices, [&gone](const Device& device) {
        return std::find(gone.begin(), gone.end(), device.id) != gone.end();
    });
    return devices;
}

}  // namespace

Result<DeviceList> DeviceList::make(model::UserName user, const model::PublicKey& founding_key,
                                    std::uint64_t serial, std::vector<Device> devices) {
    if (serial == 0) return Error{Errc::malformed, "device list: serial 0"};
    if (devices.empty()) return Error{Errc::limit, "device list: no device"};
    if (devices.size() > max_devices) return Error{Errc::limit, "an account has at most 32 devices"};
    if (has_twice(devices, &Device::id)) return Error{Errc::malformed, "device list: an id twice"};
    if (has_twice(devices, &Device::key)) return Error{Errc::malformed, "device list: a key twice"};
    if (has_twice(devices, &Device::name)) return Error{Errc::device_taken};
    std::sort(devices.begin(), devices.end(), [](const Device& a, const Device& b) { return a.id < b.id; });
    return DeviceList{std::move(user), founding_key, serial, std::move(devices)};
}

Result<DeviceList> DeviceList::with(Device device) const {
    if (serial_ == std::numeric_limits<std::uint64_t>::max()) return Error{Errc::limit, "last serial"};
    auto devices = devices_;
    devices.push_back(std::move(device));
    return make(user_, founding_key_, serial_ + 1, std::move(devices));
}

Result<DeviceList> DeviceList::without(const model::DeviceId& id) const {
    if (serial_ == std::numeric_limits<std::uint64_t>::max()) return Error{Errc::limit, "last serial"};
    auto devices = devices_;
    if (std::erase_if(devices, [&](const Device& device) { return device.id == id; }) == 0) {
        return Error{Errc::not_found, "device list: no such device"};
    }
    return make(user_, founding_key_, serial_ + 1, std::move(devices));
}

Result<DeviceList> DeviceList::without_any(const std::vector<model::DeviceId>& gone) const {
    if (serial_ == std::numeric_limits<std::uint64_t>::max()) return Error{Errc::limit, "last serial"};
    return make(user_, founding_key_, serial_ + 1, left_of(devices_, gone));
}

Result<DeviceList> DeviceList::with(Device device, const std::vector<model::DeviceId>& gone) const {
    if (serial_ == std::numeric_limits<std::uint64_t>::max()) return Error{Errc::limit, "last serial"};
    // A list of nobody may be what is left.
    const DeviceList left{user_, founding_key_, serial_, left_of(devices_, gone)};
    device.name = left.free_name(device.name);
    return left.with(std::move(device));
}

const Device* DeviceList::find(const model::DeviceId& id) const noexcept {
    return find_by(devices_, &Device::id, id);
}
const Device* DeviceList::find(const model::PublicKey& key) const noexcept {
    return find_by(devices_, &Device::key, key);
}
const Device* DeviceList::find(const model::DeviceName& name) const noexcept {
    return find_by(devices_, &Device::name, name);
}

model::DeviceName DeviceList::free_name(const model::DeviceName& wanted) const {
    constexpr std::size_t longest = 32;
    if (find(wanted) == nullptr) return wanted;
    // One of max_devices + 1 names is free.
    for (std::size_t n = 2;; ++n) {
        const std::string suffix = fmt::format("-{}", n);
        // The beginning of a name with a number is a name.
        auto name = *model::DeviceName::parse(wanted.text().substr(0, longest - suffix.size()) + suffix);
        if (find(name) == nullptr) return name;
    }
}

}  // namespace p2pc::identity
