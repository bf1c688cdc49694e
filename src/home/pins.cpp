#include "home/pins.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace p2pc::home {
namespace {

using identity::Pin;

Record record_of(const Pin& pin) {
    Record record{"pin"};
    record.text("user", pin.user.text())
        .bytes("founding_key", pin.founding_key.view())
        .bytes("account_key", pin.account_key.view())
        .number("serial", pin.highest_serial)
        .yes_no("verified", pin.verified)
        .time("first_seen", pin.first_seen);
    return record;
}

Result<Pin> pin_of(const Record& record) {
    const auto user = record.user("user");
    const auto founding_key = record.id<model::PublicKey>("founding_key");
    const auto account_key = record.id<model::PublicKey>("account_key");
    const auto serial = record.number("serial");
    const auto verified = record.yes_no("verified");
    const auto first_seen = record.time("first_seen");
    if (record.name() != "pin" || !user || !founding_key || !account_key || !serial || !verified ||
        !first_seen) {
        return Error{Errc::corrupt, "has a pin that lacks a field"};
    }
    Pin pin{*user, *founding_key, *account_key, *serial, *first_seen};
    pin.verified = *verified;
    return pin;
}

Pin* find_in(std::vector<Pin>& pins, const model::PublicKey& founding_key, const model::UserName& user) {
    const auto found = std::find_if(pins.begin(), pins.end(), [&](const Pin& pin) {
        return pin.user == user && pin.founding_key == founding_key;
    });
    return found == pins.end() ? nullptr : &*found;
}

Error not_pinned(const model::UserName& user) {
    return Error{Errc::not_found, "'" + user.text() + "' is not pinned"};
}

// Whether something changed.
Result<bool> raise(Pin& pin, const model::PublicKey& account_key, std::uint64_t serial) {
    auto admitted = identity::admit(identity::judge(pin, account_key, serial), pin.user);
    if (!admitted) return admitted.error();
    const bool newer = serial > pin.highest_serial;
    pin.highest_serial = serial;
    return newer;
}

}  // namespace

Result<std::vector<Pin>> Pins::all() const {
    const auto records = file_.read();
    if (!records && records.error().code() == Errc::not_found) return file_.fault("is missing");
    if (!records) return records.error();
    std::vector<Pin> pins;
    pins.reserve(records->size());
    for (const Record& record : *records) {
        auto pin = pin_of(record);
        if (!pin) return file_.fault(pin.error().detail());
        pins.push_back(std::move(*pin));
    }
    return pins;
}

Result<std::optional<Pin>> Pins::find(const model::PublicKey& founding_key,
                                      const model::UserName& user) const {
    auto pins = all();
    if (!pins) return pins.error();
    if (Pin* found = find_in(*pins, founding_key, user)) return std::optional<Pin>{*found};
    return std::optional<Pin>{};
}

Status Pins::update(const std::function<Result<bool>(std::vector<Pin>&)>& change) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    auto pins = all();
    if (!pins) return pins.error();
    const auto changed = change(*pins);
    if (!changed) return changed.error();
    if (!*changed) return {};
    std::vector<Record> records;
    records.reserve(pins->size());
    for (const Pin& pin : *pins)
        records.push_back(record_of(pin));
    return file_.write(*held, records);
}

Status Pins::pin(const Pin& fresh) {
    return update([&](std::vector<Pin>& pins) -> Result<bool> {
        if (Pin* found = find_in(pins, fresh.founding_key, fresh.user)) {
            return raise(*found, fresh.account_key, fresh.highest_serial);
        }
        pins.push_back(fresh);
        return true;
    });
}

Status Pins::raise_serial(const model::PublicKey& founding_key, const model::UserName& user,
                          std::uint64_t serial) {
    return update([&](std::vector<Pin>& pins) -> Result<bool> {
        Pin* found = find_in(pins, founding_key, user);
        if (found == nullptr) return not_pinned(user);
        return raise(*found, found->account_key, serial);
    });
}

Result<identity::Trust> Pins::meet(const model::PublicKey& founding_key, const model::UserName& user,
                                   const model::PublicKey& account_key, std::uint64_t serial, WallTime now) {
    identity::Trust before = identity::Trust::fresh;
    auto updated = update([&](std::vector<Pin>& pins) -> Result<bool> {
        if (Pin* found = find_in(pins, founding_key, user)) {
            before = identity::trust_in(*found, account_key);
            return raise(*found, account_key, serial);
        }
        pins.emplace_back(user, founding_key, account_key, serial, now);
        return true;
    });
    if (!updated) return updated.error();
    return before;
}

Status Pins::verify(Pin compared) {
    compared.verified = true;
    return update([&](std::vector<Pin>& pins) -> Result<bool> {
        Pin* found = find_in(pins, compared.founding_key, compared.user);
        if (found == nullptr) {
            pins.push_back(compared);
            return true;
        }
        const auto newer = raise(*found, compared.account_key, compared.highest_serial);
        if (!newer) return newer.error();
        const bool fresh = !found->verified;
        found->verified = true;
        return *newer || fresh;
    });
}

Status Pins::accept(const model::PublicKey& was, Pin next) {
    next.verified = false;
    return update([&](std::vector<Pin>& pins) -> Result<bool> {
        Pin* found = find_in(pins, next.founding_key, next.user);
        if (found == nullptr) return not_pinned(next.user);
        if (found->account_key != was) {
            return Error{Errc::identity, "the pin of '" + next.user.text() + "' has changed meanwhile"};
        }
        *found = next;
        return true;
    });
}

Result<Pin> Pins::forget(const model::PublicKey& founding_key, const model::UserName& user) {
    std::optional<Pin> forgotten;
    const auto updated = update([&](std::vector<Pin>& pins) -> Result<bool> {
        const Pin* found = find_in(pins, founding_key, user);
        if (found == nullptr) return not_pinned(user);
        forgotten = *found;
        pins.erase(pins.begin() + (found - pins.data()));
        return true;
    });
    if (!updated) return updated.error();
    return std::move(*forgotten);
}

}  // namespace p2pc::home
