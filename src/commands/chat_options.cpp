#include <array>

#include "commands/chat.hpp"
#include "commands/peer_flags.hpp"
#include "commands/words.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{listen_flag, from_flag, allow_private_flag};

}  // namespace

std::span<const Flag> chat_flags() {
    return flags;
}

Result<ChatOptions> parse_chat(const Given& given) {
    if (given.words().size() > 1) {
        return Error{Errc::usage, "a conversation of several is not supported by this version"};
    }
    auto user = at_most_one<model::PeerName>(given);
    if (!user) return user.error();
    ChatOptions options;
    options.user = std::move(*user);
    auto from = given.users("from");
    if (!from) return from.error();
    options.from = std::move(*from);
    const auto common = parse_peer_flags(given);
    if (!common) return common.error();
    options.listen = common->listen;
    options.private_ranges = common->private_ranges;
    return options;
}

}  // namespace p2pc::commands
