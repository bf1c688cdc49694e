#include "terminal/input_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/filter.hpp"

namespace p2pc::terminal {
namespace {

// What may be cut off whole: a character as shown, with the marks on it.
struct Cell {
    std::string shown;
    unsigned width = 0;
};

struct Cells {
    std::vector<Cell> cells;
    unsigned width = 0;
    unsigned cursor = 0;  // column
};

Cells lay_out(std::string_view text, std::size_t cursor) {
    Cells out;
    base::LineEscaper escaper{base::LineEscaper::Backslash::plain};
    for (std::size_t at = 0; at < text.size();) {
        if (at <= cursor) out.cursor = out.width;
        const auto rest = text.substr(at);
        const auto next = base::decode_utf8(rest);
        Cell cell;
        escaper.append(cell.shown, rest, next);
        cell.width = base::display_width(cell.shown);
        if (cell.width == 0 && !out.cells.empty()) {
            out.cells.back().shown += cell.shown;
        } else {
            out.width += cell.width;
            out.cells.push_back(std::move(cell));
        }
        at += next.bytes;
    }
    if (cursor >= text.size()) out.cursor = out.width;
    return out;
}

// The columns [from, from + room) of the text; a wide character cut by an edge is a space.
std::string clip(const Cells& text, unsigned from, unsigned room) {
    std::string out;
    unsigned at = 0;
    for (const Cell& cell : text.cells) {
        const unsigned end = at + cell.width;
        if (at >= from && end <= from + room) {
            out += cell.shown;
        } else if (end > from && at < from + room) {
            out.append(std::min(end, from + room) - std::max(at, from), ' ');
        }
        at = end;
    }
    return out;
}

}  // namespace

std::string erase_row() {
    return "\r\x1b[J";
}

std::string draw_row(const InputLine& input, unsigned columns) {
    const unsigned row = columns - 1;
    const Cells whole_prompt = lay_out(input.prompt, 0);
    // At most half the row, or there is no room to type.
    const unsigned prompt_width = std::min(whole_prompt.width, row / 2);
    std::string out = clip(whole_prompt, 0, prompt_width);

    const Cells text = lay_out(input.text, input.cursor);
    const unsigned room = row - prompt_width;
    if (room < 4) return out;  // nothing useful fits
    unsigned from = 0;
    // The two columns at the cursor, which a wide character needs, must be neither under < nor under >.
    if (text.width >= room && text.cursor + 2 >= room) {
        const unsigned step = room < 6 ? 1 : room / 2;
        from = ((text.cursor + 2 - room) / step + 1) * step;
    }
    const bool more_left = from > 0;
    const bool more_right = text.width > from + room;
    if (more_left) out += '<';
    out += clip(text, from + (more_left ? 1 : 0), room - (more_left ? 1 : 0) - (more_right ? 1 : 0));
    if (more_right) out += '>';

    const unsigned column = prompt_width + text.cursor - from;
    out += '\r';
    if (column > 0) out += fmt::format("\x1b[{}C", column);
    return out;
}

std::string ended_lines(std::string_view lines) {
    std::string out;
    for (std::size_t end = 0; end != std::string_view::npos; lines.remove_prefix(end + 1)) {
        end = lines.find('\n');
        out.append(lines.substr(0, end)).append("\r\n");
        if (end == std::string_view::npos) break;
    }
    return out;
}

std::string draw_above(std::string_view lines, const InputLine& input, unsigned columns) {
    return erase_row() + ended_lines(lines) + draw_row(input, columns);
}

}  // namespace p2pc::terminal
