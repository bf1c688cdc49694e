#include "terminal/colour.hpp"

namespace p2pc::terminal {
namespace {

std::string_view code_of(Style style) {
    switch (style) {
        case Style::bold:
            return "\x1b[1m";
        case Style::dim:
            return "\x1b[2m";
        case Style::good:
            return "\x1b[32m";
        case Style::warning:
            return "\x1b[33m";
        case Style::bad:
            return "\x1b[31m";
    }
    return "";
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
    if (text == "auto") return Colour::automatic;
    if (text == "always") return Colour::always;
    if (text == "never") return Colour::never;
    return std::nullopt;
}

bool use_colour(Colour wanted, Terminal output, std::optional<std::string_view> no_color,
                std::optional<std::string_view> term) {
    if (wanted != Colour::automatic) return wanted == Colour::always;
    const bool refused = no_color && !no_color->empty();
    return output == Terminal::yes && !refused && term.value_or("dumb") != "dumb";
}

std::string paint(std::string_view text, Style style, bool on) {
    if (!on) return std::string{text};
    return std::string{code_of(style)}.append(text).append("\x1b[0m");
}

}  // namespace p2pc::terminal
