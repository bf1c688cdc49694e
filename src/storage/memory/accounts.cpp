// MemoryStore: accounts and their devices.
#include <algorithm>

#include "storage/memory/memory_store.hpp"
#include "storage/rules.hpp"

namespace p2pc::storage {

Result<Registered> MemoryStore::create_account(const NewAccount& account) {
    if (const auto known = accounts_.find(account.user); known != accounts_.end()) {
        if (known->second.account_key == account.account_key) return Registered::before;
        return Error{Errc::name_taken, account.user.text()};
    }
    if (auto free = check_devices(account.user, account.list); !free) return free.error();
    AccountRecord made{.user = account.user,
                       .account_key = account.account_key,
                       .login_key = account.login_key,
                       .wrapped_key = account.wrapped_key,
                       .serial = account.list.serial,
                       .signed_list = {},
                       .devices = {},
                       .created = account.created,
                       .state = AccountState::enabled};
    put_devices(made, account.list);
    accounts_.emplace(account.user, std::move(made));
    return Registered::now;
}

Result<AccountRecord> MemoryStore::find_account(const model::UserName& user) {
    const auto found = accounts_.find(user);
    if (found == accounts_.end()) return Errc::not_found;
    return found->second;
}

Result<std::vector<AccountSummary>> MemoryStore::list_accounts() {
    std::vector<AccountSummary> all;
    for (const auto& [user, account] : accounts_) {
        all.push_back({.user = user,
                       .account_key = account.account_key,
                       .created = account.created,
                       .state = account.state});
    }
    return all;
}

Result<std::uint64_t> MemoryStore::count_accounts() {
    return accounts_.size();
}

Status MemoryStore::replace_devices(const model::UserName& user, const DeviceList& list) {
    const auto found = accounts_.find(user);
    if (found == accounts_.end()) return Errc::not_found;
    if (!follows(found->second.serial, list.serial)) return Error{Errc::conflict, "device list serial"};
    if (auto free = check_devices(user, list); !free) return free;
    put_devices(found->second, list);
    return {};
}

Status MemoryStore::set_password(const model::UserName& user, const NewPassword& password) {
    if (auto replaced = replace_devices(user, password.list); !replaced) return replaced;
    auto& account = accounts_.at(user);
    account.login_key = password.login_key;
    account.wrapped_key = password.wrapped_key;
    return {};
}

Status MemoryStore::disable_device(const model::UserName& user, const model::DeviceId& device) {
    if (auto found = find_device(user, device); !found) return found.error();
    auto& devices = accounts_.at(user).devices;
    std::ranges::find(devices, device, &DeviceRecord::id)->state = DeviceState::disabled;
    return {};
}

Result<DeviceRecord> MemoryStore::find_device(const model::UserName& user, const model::DeviceId& device) {
    const auto account = accounts_.find(user);
    if (account == accounts_.end()) return Errc::not_found;
    const auto& devices = account->second.devices;
    const auto found = std::ranges::find(devices, device, &DeviceRecord::id);
    if (found == devices.end()) return Errc::not_found;
    return *found;
}

Status MemoryStore::set_account_state(const model::UserName& user, AccountState state) {
    const auto found = accounts_.find(user);
    if (found == accounts_.end()) return Errc::not_found;
    found->second.state = state;
    return {};
}

Status MemoryStore::replace_account(const NewAccount& account) {
    const auto found = accounts_.find(account.user);
    if (found == accounts_.end()) return Errc::not_found;
    if (auto free = check_devices(account.user, account.list); !free) return free;
    AccountRecord& known = found->second;
    known.account_key = account.account_key;
    known.login_key = account.login_key;
    known.wrapped_key = account.wrapped_key;
    // Out first: a device that is in both lists is a new one all the same.
    put_devices(known, DeviceList{});
    put_devices(known, account.list);
    drop_tokens_of(account.user);
    return {};
}

Status MemoryStore::remove_account(const model::UserName& user) {
    const auto found = accounts_.find(user);
    if (found == accounts_.end()) return Errc::not_found;
    put_devices(found->second, DeviceList{});
    accounts_.erase(found);
    drop_tokens_of(user);
    return {};
}

Status MemoryStore::check_devices(const model::UserName& user, const DeviceList& list) const {
    if (auto distinct = check_distinct(list); !distinct) return distinct;
    for (const auto& device : list.devices) {
        const auto owner = owners_.find(device.id);
        if (owner != owners_.end() && owner->second != user)
            return Error{Errc::device_taken, "device id in use"};
    }
    return {};
}

// REQUIRES: check_devices() said ok.
void MemoryStore::put_devices(AccountRecord& account, const DeviceList& list) {
    const auto before = std::move(account.devices);
    account.devices.clear();
    for (const auto& old : before)
        owners_.erase(old.id);
    for (const auto& device : list.devices) {
        const auto old = std::ranges::find(before, device.id, &DeviceRecord::id);
        const auto state = old == before.end() ? DeviceState::enabled : old->state;
        account.devices.push_back({.id = device.id, .name = device.name, .key = device.key, .state = state});
        owners_.emplace(device.id, account.user);
    }
    std::ranges::sort(account.devices, {}, &DeviceRecord::name);
    account.serial = list.serial;
    account.signed_list = list.signed_bytes;
}

}  // namespace p2pc::storage
