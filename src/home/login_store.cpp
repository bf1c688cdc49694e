#include "home/login_store.hpp"

#include "identity/keys.hpp"

namespace p2pc::home {
namespace {

Record record_of(const Login& login) {
    Record record{"login"};
    record.text("server", login.server().text())
        .bytes("founding_key", login.founding_key().view())
        .text("user", login.user().text())
        .bytes("account_key", login.account_key().view())
        .bytes("device_id", login.device().id.view())
        .bytes("device_list", login.signed_list());
    return record;
}

Result<Login> login_of(const Record& record) {
    auto server = record.server("server");
    const auto founding_key = record.id<model::PublicKey>("founding_key");
    const auto user = record.user("user");
    const auto account_key = record.id<model::PublicKey>("account_key");
    const auto device_id = record.id<model::DeviceId>("device_id");
    auto list = record.bytes("device_list");
    if (!server || !founding_key || !user || !account_key || !device_id || !list) {
        return Error{Errc::corrupt, "lacks a field"};
    }
    return Login::make(std::move(*server), *founding_key, *user, *account_key, *device_id, std::move(*list));
}

std::vector<Record> one(Record record) {
    std::vector<Record> records;
    records.push_back(std::move(record));
    return records;
}

// The only record of the file, which must have this name.
Result<Record> only_record(const StateFile& file, std::string_view name) {
    auto records = file.read();
    if (!records) return records.error();
    if (records->size() != 1 || records->front().name() != name) return file.fault("has not one record");
    return std::move(records->front());
}

bool same_login(const Login& a, const Login& b) {
    return a.user() == b.user() && a.founding_key() == b.founding_key() && a.device().id == b.device().id;
}

Error taken(const Login& by) {
    return Error{Errc::conflict, "'" + by.user().text() + "' is logged in here"};
}

}  // namespace

LoginStore::LoginStore(const HomePaths& paths)
    : paths_(paths),
      login_(paths.login_file(), "login"),
      device_key_(paths.device_key_file(), "device-key"),
      registration_(paths.registration_file(), "registration"),
      pins_(paths.pins_file(), "pins") {}

Result<Login> LoginStore::load() const {
    auto record = only_record(login_, "login");
    if (!record && record.error().code() == Errc::not_found) return Error{Errc::not_logged_in};
    if (!record) return record.error();
    auto login = login_of(*record);
    if (!login) return login_.fault(login.error().detail());
    return login;
}

Result<crypto::SigningKey> LoginStore::device_key(const Login& login) const {
    auto record = only_record(device_key_, "key");
    if (!record && record.error().code() == Errc::not_found) {
        // Another process may have logged out since the login was read.
        if (!login_.exists()) return Error{Errc::not_logged_in};
        return device_key_.fault("is missing");
    }
    if (!record) return record.error();
    auto key = record->seed("seed");
    if (!key) return device_key_.fault(key.error().detail());
    if (identity::public_key(*key) != login.device().key) {
        return device_key_.fault("is not the key of the device that is logged in");
    }
    return key;
}

Status LoginStore::make_pins(const HomeLock& held) {
    if (pins_.exists()) {
        auto readable = pins_.read();
        if (!readable) return readable.error();
        return {};
    }
    // Only a home that never had a device key may be without pins: else somebody took them away, and with
    // them every warning about a changed key.
    if (device_key_.exists() || registration_.exists()) return pins_.fault("is missing");
    return pins_.write(held, {});
}

Status LoginStore::save(const Login& login, const crypto::SigningKey& device_key) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    const auto present = load();
    if (!present && present.error().code() != Errc::not_logged_in) return present.error();
    if (present && !same_login(*present, login)) return taken(*present);
    if (auto pins = make_pins(*held); !pins) return pins;
    if (device_key_.exists()) {
        auto readable = device_key_.read();  // a damaged one is never rewritten
        if (!readable) return readable.error();
    }
    // The login file last: it is what makes the rest count.
    Record key{"key"};
    key.seed("seed", device_key);
    if (auto saved = device_key_.write(*held, one(std::move(key))); !saved) return saved;
    if (auto saved = login_.write(*held, one(record_of(login))); !saved) return saved;
    return registration_.erase(*held);
}

Status LoginStore::save_list(Bytes signed_list) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    const auto present = load();
    if (!present) return present.error();
    const auto next = Login::make(present->server(), present->founding_key(), present->user(),
                                  present->account_key(), present->device().id, std::move(signed_list));
    if (!next) return next.error();
    if (next->device().key != present->device().key) {
        return Error{Errc::identity, "the device list has another key for this device"};
    }
    if (next->list().serial() <= present->list().serial()) return {};
    return login_.write(*held, one(record_of(*next)));
}

Status LoginStore::wipe() {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    // The login file first: a crash in between leaves a key without a login, never a login without a key.
    if (auto gone = login_.erase(*held); !gone) return gone;
    if (auto gone = device_key_.erase(*held); !gone) return gone;
    return registration_.erase(*held);
}

}  // namespace p2pc::home
