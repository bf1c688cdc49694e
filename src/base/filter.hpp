// The filter for text from elsewhere: names, messages, errors and file names on their way to a terminal,
// log or prompt.
//
// Whatever bytes go in, what comes out is valid UTF-8 of printable characters (bodies also hold newlines,
// tabs). Everything else is shown as an escape:
//   \n \t \\      newline, tab, and in one-line items the backslash itself
//   \xNN          other C0 controls, DEL, and bytes that are not UTF-8
//   \u{XXXX}      C1, bidi, zero-width, default-ignorable, private and unassigned characters, and marks
//                 that sit on nothing or come after four others
// Pure functions, linear in their input, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/unicode.hpp"

namespace p2pc::base {

constexpr unsigned max_marks = 4;

// One character after the other of one line, remembering how many marks the last one carries.
class LineEscaper {
  public:
    enum class Backslash { escaped, plain };
    explicit LineEscaper(Backslash backslash) : backslash_(backslash) {}

    // Appends the form in which `next`, decoded from the start of `text`, may be shown.
    void append(std::string& out, std::string_view text, const Decoded& next);
    // Whether a mark that comes next would sit on what was appended last.
    bool carries_marks() const noexcept { return marks_ < max_marks; }
    // Whether `next` is a mark too many here (append would escape it).
    bool is_excess_mark(const Decoded& next) const noexcept;

  private:
    Backslash backslash_;
    unsigned marks_ = max_marks;  // at the start of a line a mark would sit on our own text
};

// One item on one line: names, paths, errors. Two different texts never look the same.
std::string escape_line(std::string_view text);

struct BodyShape {
    std::string_view prefix;      // starts each line; already safe
    unsigned columns = 0;         // of the terminal: longer lines are broken and each part gets the prefix,
                                  // so that no padding fakes a line of ours; 0: lines are not broken
    std::size_t max_lines = 300;  // then "[N more bytes]"
    std::size_t max_empty = 3;    // empty lines in a row; then "[N more empty lines]"
};

// The body of a message: lines joined by newlines, none at the end; an empty body is one empty line. Tabs
// pass. Runs of marks too many are shown as one \u{+N}.
std::string escape_body(std::string_view text, const BodyShape& shape);
inline std::string escape_body(std::string_view text, std::string_view prefix) {
    BodyShape shape;
    shape.prefix = prefix;
    return escape_body(text, shape);
}

}  // namespace p2pc::base
