// Questions on a terminal, asked before anything else runs: blocking, on the descriptors given.
//
// The question goes to `out` (stderr), the answer comes from `in` (stdin). All return
//   Errc::needs_answer  `in` is not a terminal, or the input ended: the caller names the flag that would
//                       have answered
//   Errc::canceled      SIGINT, SIGTERM or SIGHUP came while waiting and the process lives on. The terminal
//   is
//                       restored first and the signal raised again, so by default the process ends by it.
//   Errc::limit         a line of more than 16 KiB
// One thread of the process asks at a time. Questions hold only text that is safe to show.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::terminal {

struct PromptFds {
    int in;
    int out;
};

// Whether there is somebody to ask.
bool can_ask(int in) noexcept;

// The line as typed, without its end.
Result<std::string> prompt_line(std::string_view question, PromptFds fds);
// The same without echo. Settings are put back on every way out.
Result<std::string> prompt_password(std::string_view question, PromptFds fds);
// "question (y/n) ": asks again until one of `choices` (lower case letters) is typed, in either case; for y
// and n also "yes" and "no". Returns the letter.
Result<char> prompt_choice(std::string_view question, std::string_view choices, PromptFds fds);

}  // namespace p2pc::terminal
