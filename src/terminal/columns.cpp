#include "terminal/columns.hpp"

#include "base/unicode.hpp"

namespace p2pc::terminal {
namespace {

std::string spaces(std::string_view text, unsigned columns) {
    const unsigned width = base::display_width(text);
    return std::string(width < columns ? columns - width : 0, ' ');
}

}  // namespace

std::string cut_to(std::string_view text, unsigned columns) {
    if (base::widest_display(text) <= columns) return std::string{text};
    constexpr std::string_view mark = "...";
    const unsigned room = columns > mark.size() ? columns - static_cast<unsigned>(mark.size()) : 0;
    if (room == 0) return std::string(columns, '.');
    std::size_t end = 0;
    unsigned width = 0;
    while (true) {
        const auto next = base::decode_utf8(text.substr(end));
        width += base::widest_display(next.code);
        if (width > room) break;
        end += next.bytes;
    }
    return std::string{text.substr(0, end)}.append(mark);
}

std::string pad_right(std::string_view text, unsigned columns) {
    return std::string{text} + spaces(text, columns);
}

std::string pad_left(std::string_view text, unsigned columns) {
    return spaces(text, columns) + std::string{text};
}

}  // namespace p2pc::terminal
