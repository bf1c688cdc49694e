#include "commands/receive.hpp"

namespace p2pc::commands {

int run_receive(Context& context, const ReceiveOptions&) {
    return context.fail(Error{Errc::unsupported, "receive is not part of this build"});
}

}  // namespace p2pc::commands
