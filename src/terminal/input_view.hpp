// InputView: the one row at the bottom of the screen that holds the prompt and the line being typed.
//
// Pure: values in, bytes for a terminal out. The row never fills the last column, so that no terminal wraps
// it; a line longer than the row is scrolled sideways in half-row steps, with < and > where it goes on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace p2pc::terminal {

struct InputLine {
    std::string prompt;      // safe to show: our own words, or passed through base::escape_line
    std::string text;        // what is typed; shown escaped where it is not printable
    std::size_t cursor = 0;  // byte offset into text
};

// From any state in which the cursor is on the input row: makes the row empty, the cursor at its start.
std::string erase_row();
// On an empty row: draws the input and puts the cursor where it belongs. REQUIRES: columns > 0.
std::string draw_row(const InputLine& input, unsigned columns);
// `lines` with each \n and the end as a line end that works in raw mode too.
std::string ended_lines(std::string_view lines);
// Erases the row, prints `lines` (safe to show, joined by \n) in its place, and draws it again below.
std::string draw_above(std::string_view lines, const InputLine& input, unsigned columns);

}  // namespace p2pc::terminal
