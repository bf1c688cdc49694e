#include <array>
#include <utility>

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
    Flag{"on-conflict", 0, Takes::value, "POLICY", "rename, overwrite, skip, newer or fail"},
    Flag{"allow-delete", 0, Takes::nothing, "", "let send --delete remove what it does not have"},
    Flag{"max-size", 0, Takes::value, "SIZE", "refuse larger files, each by itself"},
    Flag{"exec", 0, Takes::value, "PROGRAM", "run it for each item that is in place"},
    Flag{"partials", 0, Takes::value, "list|clean", "show, or remove, what interrupted transfers left"},
    Flag{"any-names", 0, Takes::nothing, "", "keep names as they come"},
    listen_flag,
    allow_private_flag,
    timeout_flag,
};

std::optional<transfer::OnConflict> policy_of(std::string_view word) {
    using transfer::OnConflict;
    constexpr std::pair<std::string_view, OnConflict> words[] = {{"rename", OnConflict::rename},
                                                                 {"overwrite", OnConflict::overwrite},
                                                                 {"skip", OnConflict::skip},
                                                                 {"newer", OnConflict::newer},
                                                                 {"fail", OnConflict::fail}};
    for (const auto& [name, policy] : words) {
        if (word == name) return policy;
    }
    return std::nullopt;
}

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
    if (const auto word = given.text("on-conflict")) {
        const auto policy = policy_of(*word);
        if (!policy) {
            return given.bad("on-conflict",
                             "'" + *word + "' is none of rename, overwrite, skip, newer and fail");
        }
        options.on_conflict = *policy;
    }
    if (given.has("allow-delete")) options.deletion = ReceiveOptions::Deletion::allowed;
    const auto max_size = given.size("max-size");
    if (!max_size) return max_size.error();
    options.max_size = *max_size;
    if (given.has("any-names")) options.names = ReceiveOptions::TopNames::any;
    if (const auto word = given.text("partials")) {
        if (*word != "list" && *word != "clean") {
            return given.bad("partials", "'" + *word + "' is neither list nor clean");
        }
        options.partials = *word == "list" ? ReceiveOptions::Partials::list : ReceiveOptions::Partials::clean;
    }
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
