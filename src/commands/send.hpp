// send: files, a stream or a message to somebody, delivered when it ends with 0.
//
// What the arguments mean is decided here (send_request.cpp); how it is done, in send.cpp.
#pragma once

#include <optional>
#include <vector>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "commands/sent_paths.hpp"
#include "model/names.hpp"
#include "peer/candidates.hpp"
#include "peer/delivery.hpp"

namespace p2pc::commands {

struct SendRequest {
    std::vector<model::PeerName> receivers;  // at least one, each once
    SentPaths sent;
    std::vector<std::string> exclude_from;  // files of patterns
    enum class Compare { no, update, dry_run } compare = Compare::no;
    bool remove = false;  // --delete
    bool times = true;
    bool checksum = false;
    Duration retry_for = std::chrono::minutes{2};  // a lost link is made again for so long; 0: never
    std::optional<std::string> message;            // -m; goes first
    enum class MessageFrom { argument, standard_input } message_from = MessageFrom::argument;
    std::optional<Duration> wait;  // --wait: until the receiver is there; Duration::max(): for ever
    Duration stall = peer::default_stall;
    enum class Stats { no, yes } stats = Stats::no;  // --stats: a summary at the end
    std::optional<ByteCount> rate;                   // --bwlimit: bytes a second, to all receivers together
    std::optional<std::string> listen;  // as typed, checked; its default scheme is the server URL's
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
};

std::span<const Flag> send_flags();
// Errc::usage
Result<SendRequest> parse_send(const Given& given);
int run_send(Context& context, const SendRequest& request);

}  // namespace p2pc::commands
