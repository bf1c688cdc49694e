// Text by columns of the terminal rather than by bytes.
#pragma once

#include <string>
#include <string_view>

namespace p2pc::terminal {

// The start of `text` that fits, with "..." when something was cut and there is room for it.
std::string cut_to(std::string_view text, unsigned columns);
// `text` and as many spaces as it lacks.
std::string pad_right(std::string_view text, unsigned columns);
std::string pad_left(std::string_view text, unsigned columns);

}  // namespace p2pc::terminal
