// trust: the keys this home has pinned, looked at, compared, replaced and forgotten (docs/cli.md, "trust").
#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "peer/candidates.hpp"

namespace p2pc::commands {

enum class TrustTask { list, show, verify, accept, forget, server };
struct TrustOptions {
    TrustTask task = TrustTask::list;
    std::optional<model::UserName> user;  // of show, verify, accept, forget
    std::optional<model::PublicKey> key;  // of accept
    std::optional<std::string> digits;    // of verify: what the other side reads
    // Of verify: by the code of an invite, which is asked for or in that file.
    enum class By { digits, code } by = By::digits;
    std::optional<std::string> code_file;
    std::optional<std::string> listen;  // as typed, checked
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
};

std::span<const Flag> trust_flags();
// Errc::usage
Result<TrustOptions> parse_trust(const Given& given);
int run_trust(Context& context, const TrustOptions& options);

}  // namespace p2pc::commands
