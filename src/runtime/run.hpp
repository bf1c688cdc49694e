// run: drives a command's coroutine to its end on the services' loop, with signals as its cancellation.
#pragma once

#include <asio/awaitable.hpp>
#include <exception>
#include <p2pc/base/result.hpp>

#include "runtime/services.hpp"

namespace p2pc::runtime {

// The command's exit code. May be called again for the next part of a command; signals are events only
// meanwhile, and the handler of Signals::on_stop is forgotten afterwards.
//   Errc::canceled   a signal ended the command before it had a code (Signals::caught)
//   and what_escaped() of an exception
Result<int> run(Services& services, asio::awaitable<int> command);

// What an exception that nobody expected is to the user, with its text.
//   Errc::local_io   the system refused something, a thread for one
//   Errc::internal   a bug
Error what_escaped(const std::exception_ptr& thrown);

}  // namespace p2pc::runtime
