#include "commands/peer_flags.hpp"

#include "commands/arguments.hpp"

namespace p2pc::commands {

Result<PeerFlags> parse_peer_flags(const Given& given) {
    PeerFlags flags;
    const auto stall = given.duration("timeout");
    if (!stall) return stall.error();
    if (*stall) flags.stall = **stall;
    if (flags.stall <= Duration::zero()) return given.bad("timeout", "must be more than nothing");
    const auto listen = given.listen("listen");
    if (!listen) return listen.error();
    flags.listen = *listen;
    if (given.has("allow-private")) flags.private_ranges = peer::PrivateRanges::allowed;
    return flags;
}

Status listen(peer::Calls& calls, const std::optional<std::string>& at, const home::Login& login) {
    const auto url = model::ListenUrl::parse(at.value_or("[::]"), login.server().scheme(), 0);
    if (!url) return url.error();
    return calls.listen(*url);
}

Result<std::optional<Duration>> parse_wait(const Given& given) {
    if (given.text("wait") == no_value) return std::optional<Duration>{Duration::max()};
    return given.duration("wait");
}

}  // namespace p2pc::commands
