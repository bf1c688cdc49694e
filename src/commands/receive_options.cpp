#include <array>

#include "commands/peer_flags.hpp"
#include "commands/receive.hpp"
#include "commands/words.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{
    Flag{"once", 0, Takes::nothing, "", "end after the first delivery"},
    Flag{"output", 'o', Takes::value, "PATH", "a folder, the name of one file, or - for stdout"},
    from_flag,
    wait_flag,
    Flag{"max-size", 0, Takes::value, "SIZE", "refuse larger files"},
    Flag{"exec", 0, Takes::value, "PROGRAM", "run it for each item that is in place"},
    Flag{"any-names", 0, Takes::nothing, "", "keep names as they come"},
    listen_flag,
    allow_private_flag,
    timeout_flag,
};

}  // namespace

std::span<const Flag> receive_flags() {
    return flags;
}

Result<ReceiveOptions> parse_receive(const Given& given) {
    const auto none = no_words(given);
    if (!none) return none.error();
    ReceiveOptions options;
    if (given.has("once")) options.until = ReceiveOptions::Until::first_delivery;
    if (const auto output = given.text("output")) {
        if (output->empty()) return given.bad("output", "'' is no path");
        options.output = *output;
        if (options.to_stdout()) options.until = ReceiveOptions::Until::first_delivery;
    }
    auto from = given.users("from");
    if (!from) return from.error();
    options.from = std::move(*from);
    const auto wait = parse_wait(given);
    if (!wait) return wait.error();
    options.wait = *wait;
    const auto max_size = given.size("max-size");
    if (!max_size) return max_size.error();
    options.max_size = *max_size;
    if (given.has("any-names")) options.names = ReceiveOptions::TopNames::any;
    options.program = given.text("exec");
    if (options.program && options.program->empty()) return given.bad("exec", "'' is no program");
    const auto common = parse_peer_flags(given);
    if (!common) return common.error();
    options.stall = common->stall;
    options.listen = common->listen;
    options.private_ranges = common->private_ranges;
    return options;
}

}  // namespace p2pc::commands
