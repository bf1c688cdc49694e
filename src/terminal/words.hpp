// split_words: a typed line into words, with the quoting a shell user expects and nothing a shell does
// besides: no variables, globs, operators or comments.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc::terminal {

// 'single' keeps all, "double" lets \" \\ \$ \` through, a backslash outside keeps the next character; an
// unquoted ~ or ~/ at the start of a word is `home` (left alone when that is empty); "" is an empty word.
//   Errc::usage  a quote is not closed, or a backslash stands at the end
Result<std::vector<std::string>> split_words(std::string_view line, std::string_view home);

}  // namespace p2pc::terminal
