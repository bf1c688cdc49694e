#include <fmt/format.h>

#include <array>

#include "commands/peer_flags.hpp"
#include "commands/trust.hpp"
#include "commands/words.hpp"
#include "identity/digits.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{
    Flag{"digits", 0, Takes::value, "DIGITS", "of verify: the 60 digits that the other side reads"},
    Flag{"code", 0, Takes::nothing, "", "of verify: by the code that the other side's p2pc invite shows"},
    Flag{"code-file", 0, Takes::value, "FILE", "that code is in FILE (-: stdin)"},
    listen_flag,
    allow_private_flag,
};

struct Verb {
    std::string_view name;
    TrustTask task;
    std::size_t words;  // behind it
    std::string_view usage;
};

constexpr std::array verbs{
    Verb{"list", TrustTask::list, 0, "list"},
    Verb{"show", TrustTask::show, 1, "show USER"},
    Verb{"verify", TrustTask::verify, 1, "verify USER"},
    Verb{"accept", TrustTask::accept, 2, "accept USER FINGERPRINT"},
    Verb{"forget", TrustTask::forget, 1, "forget USER"},
    Verb{"server", TrustTask::server, 0, "server"},
};

// --code, --code-file and how the other side is reached.
Status parse_code(const Given& given, TrustOptions& options) {
    const bool verify = options.task == TrustTask::verify;
    for (const std::string_view flag : {"code", "code-file"}) {
        if (!given.has(flag)) continue;
        if (verify && !options.digits) {
            options.by = TrustOptions::By::code;
            continue;
        }
        if (given.has_argument(flag)) {
            return Error{Errc::usage, fmt::format("--{} is of trust verify without --digits", flag)};
        }
    }
    options.code_file = given.text("code-file");
    const auto common = parse_peer_flags(given);
    if (!common) return common.error();
    options.listen = common->listen;
    options.private_ranges = common->private_ranges;
    return {};
}

}  // namespace

std::span<const Flag> trust_flags() {
    return flags;
}

Result<TrustOptions> parse_trust(const Given& given) {
    const auto& words = given.words();
    if (words.empty()) {
        return Error{Errc::usage, "trust what? list, show, verify, accept, forget or server"};
    }
    const auto verb = verb_called("trust", words.front(), verbs);
    if (!verb) return verb.error();
    if (words.size() != verb->words + 1) {
        return Error{Errc::usage, fmt::format("usage: p2pc trust {}", verb->usage)};
    }
    TrustOptions options;
    options.task = verb->task;
    if (verb->words > 0) {
        auto user = model::UserName::parse(words[1]);
        if (!user) return user.error();
        options.user = std::move(*user);
    }
    if (verb->words > 1) {
        const auto key = model::parse_fingerprint(words[2]);
        if (!key) return Error{Errc::usage, fmt::format("'{}': {}", words[2], key.error().detail())};
        options.key = *key;
    }
    if (const auto text = given.text("digits"); text && verb->task == TrustTask::verify) {
        auto digits = identity::parse_digits(*text);
        if (!digits) return given.bad("digits", digits.error().detail());
        options.digits = std::move(*digits);
    } else if (text && given.has_argument("digits")) {
        return Error{Errc::usage, "--digits is of trust verify"};
    }
    const auto by_code = parse_code(given, options);
    if (!by_code) return by_code.error();
    return options;
}

}  // namespace p2pc::commands
