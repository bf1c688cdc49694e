// The trust commands about one user. Each returns the exit code.
#pragma once

#include <optional>
#include <string>

#include "commands/client.hpp"

namespace p2pc::commands {

// The pin, the key the server shows now, and the digits to compare.
int show_trust(Context& context, Client& client, const model::UserName& user);
// Marks the pin verified when `digits`, or the person at the terminal, says that both see the same. Who is
// not pinned yet is asked for at the server, and pinned.
int verify_user(Context& context, Client& client, const model::UserName& user,
                const std::optional<std::string>& digits);
// Pins `key` in the place of another, where the server shows it too.
int accept_user(Context& context, Client& client, const model::UserName& user, const model::PublicKey& key);
int forget_user(Context& context, Client& client, const model::UserName& user);

}  // namespace p2pc::commands
