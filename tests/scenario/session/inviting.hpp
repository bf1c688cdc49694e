// Two ends of an invite, each as one coroutine of a test.
#pragma once

#include "peer/invite_host.hpp"
#include "scenario/person.hpp"

namespace p2pc::testing {

using Verified = std::optional<Result<identity::Pin>>;

inline constexpr std::string_view right_code = "4821 3906 570", wrong_code = "4821 3906 581";
identity::InviteCode code_of(std::string_view text);

// Waits with the code, as InviteHost does it, from `who`, who is online with PROGRAM_INVITE.
struct Invite {
    std::string code{right_code};
    std::optional<std::string> only = std::nullopt;
    Duration time = 600s;
};
asio::awaitable<void> wait_with(Person& who, Invite invite, Verified& out);

// Calls about an invite and types a code; `too` is what is known of the other side then.
struct Typed {
    Verified result;
    bool too = false;
};
asio::awaitable<void> type(Person& who, std::string whom, std::string_view code, Typed& out);

// The pin of that user at this person's.
std::optional<identity::Pin> pin_at(Person& who, const std::string& user);

}  // namespace p2pc::testing
