// Colour: whether to use it, and the few styles there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace p2pc::terminal {

enum class Colour { automatic, always, never };  // --color auto|always|never
enum class Terminal { yes, no };

std::optional<Colour> parse_colour(std::string_view text);
// `no_color` and `term` are the environment's NO_COLOR and TERM. A set, non-empty NO_COLOR and a dumb
// terminal turn `automatic` off; `always` is the user's own word and wins.
bool use_colour(Colour wanted, Terminal output, std::optional<std::string_view> no_color,
                std::optional<std::string_view> term);

enum class Style { bold, dim, good, warning, bad };
// `text`, which is safe to show, in that style when `on`.
std::string paint(std::string_view text, Style style, bool on);

}  // namespace p2pc::terminal
