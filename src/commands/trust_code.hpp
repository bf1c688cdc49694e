// trust verify --code: the other end of `p2pc invite` (docs/cli.md, "invite").
#pragma once

#include "commands/client.hpp"
#include "commands/trust.hpp"

namespace p2pc::commands {

// Asks for the code, calls the user about their invite, and marks the pin verified when both have proven the
// code. The exit code. REQUIRES: options.user.
int verify_by_code(Context& context, Client& client, const TrustOptions& options);

}  // namespace p2pc::commands
