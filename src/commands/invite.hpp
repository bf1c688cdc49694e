// invite: a one-time code, and waiting for the one who types it (docs/cli.md, "invite").
#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "peer/candidates.hpp"

namespace p2pc::commands {

inline constexpr Duration longest_invite = std::chrono::minutes{10};

struct InviteOptions {
    std::optional<model::UserName> user;  // nobody else
    Duration wait = longest_invite;
    std::optional<std::string> listen;  // as typed, checked
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
};

std::span<const Flag> invite_flags();
// Errc::usage
Result<InviteOptions> parse_invite(const Given& given);
int run_invite(Context& context, const InviteOptions& options);

}  // namespace p2pc::commands
