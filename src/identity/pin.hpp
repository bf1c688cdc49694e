// Pin: what is remembered of another account, and how what it shows today is judged by it.
//
// Values and pure functions; home/ keeps the pins.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>
#include <string_view>

#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::identity {

struct Pin {
    Pin(model::UserName pinned_user, const model::PublicKey& at_founding_key,
        const model::PublicKey& pinned_account_key, std::uint64_t serial, WallTime seen)
        : user(std::move(pinned_user)),
          founding_key(at_founding_key),
          account_key(pinned_account_key),
          highest_serial(serial),
          first_seen(seen) {}
    model::UserName user;
    model::PublicKey founding_key;  // of the server where this user has that name
    model::PublicKey account_key;
    std::uint64_t highest_serial;  // of this account's device lists seen so far
    bool verified = false;         // its owner's fingerprint was compared by people
    WallTime first_seen;
    friend bool operator==(const Pin&, const Pin&) = default;
};

// As people and records see it. `fresh` is written "new".
enum class Trust { fresh, pinned, verified, changed };
std::string_view trust_text(Trust trust) noexcept;
Trust trust_in(const std::optional<Pin>& pin, const model::PublicKey& account_key);

enum class Verdict {
    fresh,    // never seen: to be pinned, and shown as new
    match,    // the pinned key, and a list at least as new as any seen
    changed,  // another key than the pinned one
    stale,    // the pinned key, but a device list older than one seen before
};
Verdict judge(const std::optional<Pin>& pin, const model::PublicKey& account_key, std::uint64_t list_serial);

// Ok for fresh and match; Errc::identity, naming the user, for changed and stale. Never a question.
Status admit(Verdict verdict, const model::UserName& user);

}  // namespace p2pc::identity
