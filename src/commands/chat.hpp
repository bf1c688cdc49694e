// chat: a conversation, or the lobby where calls are waited for. What the arguments mean is decided in
// chat_options.cpp.
#pragma once

#include <optional>
#include <vector>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "model/names.hpp"
#include "peer/candidates.hpp"

namespace p2pc::commands {

struct ChatOptions {
    std::optional<model::PeerName> user;  // whom to call; absent: the lobby
    std::vector<model::UserName> from;    // --from; empty: no such flag
    std::optional<std::string> listen;    // as typed, checked; its default scheme is the server URL's
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
};

std::span<const Flag> chat_flags();
// Errc::usage
Result<ChatOptions> parse_chat(const Given& given);
int run_chat(Context& context, const ChatOptions& options);

}  // namespace p2pc::commands
