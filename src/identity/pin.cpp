#include "identity/pin.hpp"

namespace p2pc::identity {

std::string_view trust_text(Trust trust) noexcept {
    switch (trust) {
        case Trust::fresh:
            return "new";
        case Trust::pinned:
            return "pinned";
        case Trust::verified:
            return "verified";
        case Trust::changed:
            return "changed";
    }
    return "changed";
}

Trust trust_in(const std::optional<Pin>& pin, const model::PublicKey& account_key) {
    if (!pin) return Trust::fresh;
    if (pin->account_key != account_key) return Trust::changed;
    return pin->verified ? Trust::verified : Trust::pinned;
}

Verdict judge(const std::optional<Pin>& pin, const model::PublicKey& account_key, std::uint64_t list_serial) {
    if (!pin) return Verdict::fresh;
    if (pin->account_key != account_key) return Verdict::changed;
    if (list_serial < pin->highest_serial) return Verdict::stale;
    return Verdict::match;
}

Status admit(Verdict verdict, const model::UserName& user) {
    switch (verdict) {
        case Verdict::fresh:
        case Verdict::match:
            return {};
        case Verdict::changed:
            return Error{Errc::identity, "the account key of '" + user.text() + "' is not the pinned one"};
        case Verdict::stale:
            return Error{Errc::identity, "an old device list of '" + user.text() + "' was shown"};
    }
    return Error{Errc::internal};
}

}  // namespace p2pc::identity
