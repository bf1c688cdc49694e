#include "commands/send.hpp"

namespace p2pc::commands {

int run_send(Context& context, const SendRequest&) {
    return context.fail(Error{Errc::unsupported, "send is not part of this build"});
}

}  // namespace p2pc::commands
