// trust: the keys this home has pinned, looked at, compared, replaced and forgotten (docs/cli.md, "trust").
#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

enum class TrustTask { list, show, verify, accept, forget, server };
struct TrustOptions {
    TrustTask task = TrustTask::list;
    std::optional<model::UserName> user;  // of show, verify, accept, forget
    std::optional<model::PublicKey> key;  // of accept
    std::optional<std::string> digits;    // of verify: what the other side reads
};

std::span<const Flag> trust_flags();
// Errc::usage
Result<TrustOptions> parse_trust(const Given& given);
int run_trust(Context& context, const TrustOptions& options);

}  // namespace p2pc::commands
