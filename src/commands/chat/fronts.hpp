// The three fronts of a chat, as what they are asked for by.
#pragma once

#include <memory>

#include "commands/chat/front.hpp"
#include "commands/client.hpp"

namespace p2pc::commands::chat {

enum class Place { conversation, lobby };  // `chat USER`, `chat`

// All:  REQUIRES: what is given outlives the front.

// A person at a terminal; `screen` is the descriptor it is shown on.
std::unique_ptr<Front> make_terminal_front(Context& context, Client& client, int screen);
// Lines of a pipe in and out: no commands, nobody to ask.
std::unique_ptr<Front> make_line_front(Context& context);
// --json: records in and out.
std::unique_ptr<Front> make_record_front(Context& context, Client& client, Place place);

}  // namespace p2pc::commands::chat
