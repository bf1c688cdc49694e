// Exit codes: what the process says to the shell (docs/cli.md, "Exit codes").
#pragma once

#include <p2pc/base/error.hpp>
#include <string_view>

namespace p2pc::commands {

namespace exit_code {
inline constexpr int done = 0, failed = 1, usage = 2, not_logged_in = 3, no_such_user = 4,
                     nobody_takes_it = 5, refused = 6, cannot_connect = 7, local = 8, integrity = 9,
                     interrupted = 10, partly = 11, needs_answer = 12, name_taken = 13;
}  // namespace exit_code

int exit_code_of(Errc code) noexcept;
// Whether the same command may succeed later.
bool retry_may_help(int exit_code) noexcept;
// The word for `code` in error records: "no_such_user".
std::string_view word_of(Errc code) noexcept;
// What to do about it, or empty: the text in brackets of an error line.
std::string_view hint_of(Errc code) noexcept;

// An error of a conversation with the server: a connection that ended there is one that cannot be had (7),
// not an interrupted transfer (10).
Error from_server(const Error& error);

}  // namespace p2pc::commands
