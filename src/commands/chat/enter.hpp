// The new-or-returning question: how a chat gets a login where there is none.
#pragma once

#include "commands/context.hpp"

namespace p2pc::commands::chat {

// Asks a person at the terminal, and registers or logs in, until this home has a login. A name that is taken
// asks for another.
//   Errc::bad_credentials   three wrong passwords
//   and what register_account() and log_in() give
Status enter(Context& context);

}  // namespace p2pc::commands::chat
