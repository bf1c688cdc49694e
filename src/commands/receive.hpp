// receive: online, and taking what comes. What the arguments mean is decided in receive_options.cpp.
#pragma once

#include <optional>
#include <vector>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "model/names.hpp"
#include "peer/candidates.hpp"
#include "peer/delivery.hpp"
#include "transfer/conflict.hpp"

namespace p2pc::commands {

struct ReceiveOptions {
    enum class Until { stopped, first_delivery } until = Until::stopped;  // --once, and what implies it here
    std::string output =
        ".";  // -o as typed; "-": the bytes of one file on stdout. What it names is seen later
    std::vector<model::UserName> from;  // --from; empty: no such flag
    std::optional<Duration> wait;       // nobody came in that time: 5; Duration::max(): for ever
    transfer::OnConflict on_conflict = transfer::OnConflict::rename;        // --on-conflict
    enum class Deletion { refused, allowed } deletion = Deletion::refused;  // --allow-delete
    std::optional<ByteCount> max_size;                                      // of one file
    enum class TopNames { cleaned, any } names = TopNames::cleaned;         // --any-names
    enum class Partials { no, list, clean } partials = Partials::no;  // --partials: instead of receiving
    Duration stall = peer::default_stall;
    std::optional<std::string> program;  // --exec
    std::optional<std::string> listen;   // as typed, checked; its default scheme is the server URL's
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;

    bool to_stdout() const { return output == "-"; }
};

std::span<const Flag> receive_flags();
// Errc::usage
Result<ReceiveOptions> parse_receive(const Given& given);
int run_receive(Context& context, const ReceiveOptions& options);
int run_partials(Context& context, const ReceiveOptions& options);

}  // namespace p2pc::commands
