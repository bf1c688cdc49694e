// run: drives a command's coroutine to its end on the services' loop, with signals as its cancellation.
#pragma once

#include <asio/awaitable.hpp>
#include <p2pc/base/result.hpp>

#include "runtime/services.hpp"

namespace p2pc::runtime {

// The command's exit code. May be called again for the next part of a command; signals are events only
// meanwhile, and the handler of Signals::on_stop is forgotten afterwards.
//   Errc::canceled   a signal ended the command before it had a code (Signals::caught)
//   Errc::internal   an exception escaped from it: a bug, or memory
Result<int> run(Services& services, asio::awaitable<int> command);

}  // namespace p2pc::runtime
