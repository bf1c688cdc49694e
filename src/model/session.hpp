// SessionState, EndReason: where a session stands and how it ended (docs/architecture.md, "Sessions").
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace p2pc::model {

enum class SessionState {
    active,
    unconfirmed,  // the server restarted, or an end's connection is gone
    ended,
};

enum class EndReason {
    closed,   // an end said so
    lost,     // nobody came back
    expired,  // the callee never answered
    refused,  // the callee said no
};

constexpr std::string_view to_text(SessionState state) noexcept {
    switch (state) {
        case SessionState::active:
            return "active";
        case SessionState::unconfirmed:
            return "unconfirmed";
        case SessionState::ended:
            return "ended";
    }
    return "";
}

constexpr std::string_view to_text(EndReason reason) noexcept {
    switch (reason) {
        case EndReason::closed:
            return "closed";
        case EndReason::lost:
            return "lost";
        case EndReason::expired:
            return "expired";
        case EndReason::refused:
            return "refused";
    }
    return "";
}

constexpr std::optional<EndReason> parse_end_reason(std::string_view text) noexcept {
    for (auto reason : {EndReason::closed, EndReason::lost, EndReason::expired, EndReason::refused}) {
        if (text == to_text(reason)) return reason;
    }
    return std::nullopt;
}

}  // namespace p2pc::model
