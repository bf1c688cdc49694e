// SqliteStore: accounts and their devices.
#include "storage/rules.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace p2pc::storage {
namespace {

std::vector<DeviceRecord> devices_of(Connection& connection, std::int64_t account) {
    Query row{connection, "SELECT id, name, key, enabled FROM device WHERE account = ? ORDER BY name",
              account};
    std::vector<DeviceRecord> devices;
    while (row.next())
        devices.push_back(read_device(row));
    return devices;
}

AccountState read_account_state(Query& row) {
    return row.integer() != 0 ? AccountState::blocked : AccountState::enabled;
}

}  // namespace

std::optional<std::int64_t> SqliteStore::account_id(const model::UserName& user) {
    Query row{*connection_, "SELECT id FROM account WHERE user = ?", user};
    if (!row.next()) return std::nullopt;
    return row.integer();
}

Result<Registered> SqliteStore::create_account(const NewAccount& account) {
    return change([&]() -> Result<Registered> {
        Query known{*connection_, "SELECT account_key FROM account WHERE user = ?", account.user};
        if (known.next()) {
            if (known.id<model::PublicKey>() == account.account_key) return Registered::before;
            return Error{Errc::name_taken, account.user.text()};
        }
        constexpr std::int64_t none_yet = 0;  // SQLite counts row ids from 1
        if (auto free = check_devices(none_yet, account.list); !free) return free.error();
        Query{*connection_,
              "INSERT INTO account (user, account_key, login_key, wrapped_key, serial, signed_list, created) "
              "VALUES (?, ?, ?, ?, ?, ?, ?)",
              account.user,
              account.account_key,
              account.login_key,
              BytesView{account.wrapped_key},
              to_column(account.list.serial),
              BytesView{account.list.signed_bytes},
              account.created}
            .run();
        insert_devices(connection_->database().getLastInsertRowid(), account.list);
        return Registered::now;
    });
}

Result<AccountRecord> SqliteStore::find_account(const model::UserName& user) {
    return ask([&]() -> Result<AccountRecord> {
        Query row{
            *connection_,
            "SELECT id, user, account_key, login_key, wrapped_key, serial, signed_list, created, blocked "
            "FROM account WHERE user = ?",
            user};
        if (!row.next()) return Errc::not_found;
        const auto id = row.integer();
        return AccountRecord{.user = row.name<model::UserName>(),
                             .account_key = row.id<model::PublicKey>(),
                             .login_key = row.id<model::PublicKey>(),
                             .wrapped_key = row.bytes(),
                             .serial = from_column(row.integer()),
                             .signed_list = row.bytes(),
                             .devices = devices_of(*connection_, id),
                             .created = row.time(),
                             .state = read_account_state(row)};
    });
}

Result<std::vector<AccountSummary>> SqliteStore::list_accounts() {
    return ask([&]() -> Result<std::vector<AccountSummary>> {
        Query row{*connection_, "SELECT user, account_key, created, blocked FROM account ORDER BY user"};
        std::vector<AccountSummary> all;
        while (row.next()) {
            all.push_back({.user = row.name<model::UserName>(),
                           .account_key = row.id<model::PublicKey>(),
                           .created = row.time(),
                           .state = read_account_state(row)});
        }
        return all;
    });
}

Result<std::uint64_t> SqliteStore::count_accounts() {
    return ask([&]() -> Result<std::uint64_t> {
        Query row{*connection_, "SELECT count(*) FROM account"};
        row.next();
        return from_column(row.integer());
    });
}

Status SqliteStore::replace_devices(const model::UserName& user, const DeviceList& list) {
    return change([&]() -> Status {
        const auto account = account_id(user);
        if (!account) return Errc::not_found;
        return replace_list(*account, list);
    });
}

Status SqliteStore::set_password(const model::UserName& user, const NewPassword& password) {
    return change([&]() -> Status {
        const auto account = account_id(user);
        if (!account) return Errc::not_found;
        if (auto replaced = replace_list(*account, password.list); !replaced) return replaced;
        Query{*connection_, "UPDATE account SET login_key = ?, wrapped_key = ? WHERE id = ?",
              password.login_key, BytesView{password.wrapped_key}, *account}
            .run();
        return {};
    });
}

Status SqliteStore::disable_device(const model::UserName& user, const model::DeviceId& device) {
    return change([&]() -> Status {
        Query disable{*connection_,
                      "UPDATE device SET enabled = 0 "
                      "WHERE id = ? AND account = (SELECT id FROM account WHERE user = ?)",
                      device, user};
        if (disable.run() == 0) return Errc::not_found;
        return {};
    });
}

Result<DeviceRecord> SqliteStore::find_device(const model::UserName& user, const model::DeviceId& device) {
    return ask([&]() -> Result<DeviceRecord> {
        Query row{*connection_,
                  "SELECT id, name, key, enabled FROM device "
                  "WHERE id = ? AND account = (SELECT id FROM account WHERE user = ?)",
                  device, user};
        if (!row.next()) return Errc::not_found;
        return read_device(row);
    });
}

Status SqliteStore::set_account_state(const model::UserName& user, AccountState state) {
    return change([&]() -> Status {
        Query mark{*connection_, "UPDATE account SET blocked = ? WHERE user = ?",
                   std::int64_t{state == AccountState::blocked}, user};
        if (mark.run() == 0) return Errc::not_found;
        return {};
    });
}

Status SqliteStore::replace_account(const NewAccount& account) {
    return change([&]() -> Status {
        const auto id = account_id(account.user);
        if (!id) return Errc::not_found;
        if (auto free = check_devices(*id, account.list); !free) return free;
        Query{*connection_, "DELETE FROM device WHERE account = ?", *id}.run();
        Query{*connection_, "DELETE FROM token WHERE account = ?", *id}.run();
        insert_devices(*id, account.list);
        Query{*connection_,
              "UPDATE account SET account_key = ?, login_key = ?, wrapped_key = ?, serial = ?, "
              "signed_list = ? WHERE id = ?",
              account.account_key,
              account.login_key,
              BytesView{account.wrapped_key},
              to_column(account.list.serial),
              BytesView{account.list.signed_bytes},
              *id}
            .run();
        return {};
    });
}

Status SqliteStore::remove_account(const model::UserName& user) {
    return change([&]() -> Status {
        Query gone{*connection_, "DELETE FROM account WHERE user = ?", user};
        if (gone.run() == 0) return Errc::not_found;
        return {};
    });
}

Status SqliteStore::check_devices(std::int64_t account, const DeviceList& list) {
    if (auto distinct = check_distinct(list); !distinct) return distinct;
    for (const auto& device : list.devices) {
        Query other{*connection_, "SELECT 1 FROM device WHERE id = ? AND account <> ?", device.id, account};
        if (other.next()) return Error{Errc::device_taken, "device id in use"};
    }
    return {};
}

void SqliteStore::insert_devices(std::int64_t account, const DeviceList& list) {
    for (const auto& device : list.devices) {
        Query{*connection_, "INSERT INTO device (id, account, name, key, enabled) VALUES (?, ?, ?, ?, 1)",
              device.id,    account,
              device.name,  device.key}
            .run();
    }
}

Status SqliteStore::replace_list(std::int64_t account, const DeviceList& list) {
    {
        Query row{*connection_, "SELECT serial FROM account WHERE id = ?", account};
        row.next();
        if (!follows(from_column(row.integer()), list.serial))
            return Error{Errc::conflict, "device list serial"};
    }
    if (auto free = check_devices(account, list); !free) return free;
    const auto before = devices_of(*connection_, account);
    // All out, then all in: two devices may have swapped their names.
    Query{*connection_, "DELETE FROM device WHERE account = ?", account}.run();
    insert_devices(account, list);
    for (const auto& old : before) {
        if (old.state == DeviceState::enabled) continue;
        Query{*connection_, "UPDATE device SET enabled = 0 WHERE id = ?", old.id}.run();
    }
    Query{*connection_, "UPDATE account SET serial = ?, signed_list = ? WHERE id = ?", to_column(list.serial),
          BytesView{list.signed_bytes}, account}
        .run();
    return {};
}

}  // namespace p2pc::storage
