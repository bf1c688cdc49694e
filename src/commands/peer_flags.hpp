// The flags that send, receive and chat have in common.
#pragma once

#include <optional>

#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "home/login.hpp"
#include "peer/calls.hpp"
#include "peer/delivery.hpp"

namespace p2pc::commands {

inline constexpr Flag wait_flag{"wait", 0, Takes::maybe_value, "DURATION", "wait until the other is there"};
inline constexpr Flag timeout_flag{"timeout", 0, Takes::value, "DURATION",
                                   "give up when nothing moves (default 30s)"};
inline constexpr Flag listen_flag{"listen", 0, Takes::value, "[SCHEME://]ADDR[:PORT]",
                                  "where to listen (default: any free port)"};
inline constexpr Flag allow_private_flag{"allow-private", 0, Takes::nothing, "",
                                         "also try private addresses of another network"};
inline constexpr Flag from_flag{"from", 0, Takes::values, "USER[,USER]", "only from these"};

struct PeerFlags {
    Duration stall = peer::default_stall;
    std::optional<std::string> listen;
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
};
// Errc::usage
Result<PeerFlags> parse_peer_flags(const Given& given);
// Where `at` says, or at any free port of the transport by which the server is reached.
//   Errc::usage, Errc::in_use, Errc::local_io
Status listen(peer::Calls& calls, const std::optional<std::string>& at, const home::Login& login);
// Absent: not given; Duration::max(): for ever.
Result<std::optional<Duration>> parse_wait(const Given& given);

}  // namespace p2pc::commands
