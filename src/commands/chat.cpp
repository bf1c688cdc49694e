#include "commands/chat.hpp"

namespace p2pc::commands {

int run_chat(Context& context, const ChatOptions&) {
    return context.fail(Error{Errc::unsupported, "chat is not part of this build"});
}

}  // namespace p2pc::commands
