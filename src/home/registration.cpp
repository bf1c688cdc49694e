// The registration that was begun: the part of LoginStore that keeps an account key for a while.
#include "home/login_store.hpp"

namespace p2pc::home {

Status LoginStore::save_registration(const Registration& registration) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    const auto present = load();
    if (present) return Error{Errc::conflict, "'" + present->user().text() + "' is logged in here"};
    if (present.error().code() != Errc::not_logged_in) return present.error();
    if (auto pins = make_pins(*held); !pins) return pins;
    if (const auto begun = load_registration(); !begun) return begun.error();

    Record record{"registration"};
    record.text("server", registration.server.text())
        .bytes("founding_key", registration.founding_key.view())
        .text("user", registration.user.text())
        .bytes("device_id", registration.device_id.view())
        .text("device", registration.device.text())
        .seed("account_seed", registration.account_key)
        .seed("device_seed", registration.device_key);
    std::vector<Record> records;
    records.push_back(std::move(record));
    return registration_.write(*held, records);
}

Result<std::optional<Registration>> LoginStore::load_registration() const {
    auto records = registration_.read();
    if (!records && records.error().code() == Errc::not_found) return std::optional<Registration>{};
    if (!records) return records.error();
    if (records->size() != 1) return registration_.fault("has not one record");
    const Record& record = records->front();
    auto server = record.server("server");
    const auto founding_key = record.id<model::PublicKey>("founding_key");
    auto user = record.user("user");
    const auto device_id = record.id<model::DeviceId>("device_id");
    auto device = record.device("device");
    auto account = record.seed("account_seed");
    auto device_key = record.seed("device_seed");
    if (!server || !founding_key || !user || !device_id || !device || !account || !device_key) {
        return registration_.fault("lacks a field");
    }
    Registration begun{std::move(*server), *founding_key,       std::move(*user),      *device_id,
                       std::move(*device), std::move(*account), std::move(*device_key)};
    return std::optional<Registration>{std::move(begun)};
}

Status LoginStore::wipe_registration() {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    return registration_.erase(*held);
}

}  // namespace p2pc::home
