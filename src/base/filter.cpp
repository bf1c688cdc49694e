#include "base/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace p2pc::base {
namespace {

void append_escape(std::string& out, std::string_view text, const Decoded& next) {
    if (!next.valid) {
        for (char c : text.substr(0, next.bytes))
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (next.code == '\n') {
        out += "\\n";
    } else if (next.code == '\t') {
        out += "\\t";
    } else if (next.code < 0x80) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned>(next.code));
    } else {
        out += fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(next.code));
    }
}

// Builds the lines of a body, breaking them at the width of the terminal.
class BodyWriter {
  public:
    explicit BodyWriter(const BodyShape& shape)
        : shape_(shape),
          indent_(display_width(shape.prefix)),
          wraps_(shape.columns >= indent_ + least_room) {}

    void begin_line() {
        if (lines_++ > 0) out_.push_back('\n');
        out_.append(shape_.prefix);
        column_ = indent_;
    }

    // `piece` is one character as shown, or an escape: never broken inside. `marks`: columns of the marks
    // that come after it. False, and nothing is written, when it needs a line too many.
    bool put(std::string_view piece, unsigned marks = 0) {
        if (wraps_ && column_ + width_of(piece) + marks > shape_.columns) {
            if (full()) return false;
            begin_line();
        }
        out_.append(piece);
        column_ += width_of(piece);
        return true;
    }
    // Our own words about what is not shown: on a line of their own, whole, however many there are.
    void put_note(std::string_view note) {
        begin_line();
        out_.append(note);
    }
    // A mark stays with its character.
    void put_mark(std::string_view mark) {
        out_.append(mark);
        column_ += width_of(mark);
    }

    bool full() const { return lines_ >= shape_.max_lines; }
    std::string take() { return std::move(out_); }

  private:
    // With less than that beside the prefix, breaking would only make more lines of nothing. (From 10 on
    // every piece fits: the widest are \u{10ffff} and a wide character with four wide marks.)
    static constexpr unsigned least_room = 8;

    // A line that wraps by itself would go on without the prefix: every character counts as wide as it gets.
    unsigned width_of(std::string_view piece) const {
        return piece == "\t" ? 8 - column_ % 8 : widest_display(piece);
    }

    const BodyShape& shape_;
    unsigned indent_;
    bool wraps_;
    std::string out_;
    std::size_t lines_ = 0;
    unsigned column_ = 0;
};

// Columns of the marks that `text` begins with, as many as are shown.
unsigned leading_marks(std::string_view text) {
    unsigned width = 0;
    for (unsigned count = 0; count < max_marks && !text.empty(); ++count) {
        const Decoded next = decode_utf8(text);
        if (!next.valid || !is_mark(next.code) || !is_printable(next.code)) break;
        width += widest_display(next.code);
        text.remove_prefix(next.bytes);
    }
    return width;
}

// Writes one line of a body; returns what is left of it when the writer has no line left.
std::string_view put_line(BodyWriter& writer, std::string_view line) {
    LineEscaper escaper{LineEscaper::Backslash::plain};
    std::size_t excess = 0;
    std::string_view first_excess;  // and what comes after it
    const auto put_excess = [&] {
        const auto count = std::exchange(excess, 0);
        return count == 0 || writer.put(fmt::format("\\u{{+{}}}", count));
    };
    while (!line.empty()) {
        const Decoded next = decode_utf8(line);
        if (escaper.is_excess_mark(next)) {
            if (excess++ == 0) first_excess = line;
        } else {
            if (!put_excess()) return first_excess;
            std::string piece;
            if (next.code == '\t') {
                piece = "\t";
                escaper = LineEscaper{LineEscaper::Backslash::plain};  // no mark sits on a tab
            } else {
                escaper.append(piece, line, next);
            }
            const bool sits = is_mark(next.code) && piece == line.substr(0, next.bytes);
            const auto marks = escaper.carries_marks() ? leading_marks(line.substr(next.bytes)) : 0;
            if (sits) {
                writer.put_mark(piece);
            } else if (!writer.put(piece, marks)) {
                return line;
            }
        }
        line.remove_prefix(next.bytes);
    }
    return put_excess() ? line : first_excess;
}

}  // namespace

bool LineEscaper::is_excess_mark(const Decoded& next) const noexcept {
    return next.valid && marks_ >= max_marks && is_mark(next.code) && is_printable(next.code);
}

void LineEscaper::append(std::string& out, std::string_view text, const Decoded& next) {
    if (!next.valid || !is_printable(next.code) || is_excess_mark(next)) {
        append_escape(out, text, next);
        marks_ = max_marks;
    } else if (is_mark(next.code)) {
        out.append(text.substr(0, next.bytes));
        ++marks_;
    } else if (next.code == '\\' && backslash_ == Backslash::escaped) {
        out += "\\\\";
        marks_ = max_marks;
    } else {
        out.append(text.substr(0, next.bytes));
        marks_ = 0;
    }
}

std::string escape_line(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    LineEscaper escaper{LineEscaper::Backslash::escaped};
    while (!text.empty()) {
        const Decoded next = decode_utf8(text);
        escaper.append(out, text, next);
        text.remove_prefix(next.bytes);
    }
    return out;
}

std::string escape_body(std::string_view text, const BodyShape& shape) {
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    BodyWriter writer{shape};
    std::size_t empty = 0;
    const auto put_empty = [&] {
        if (empty > shape.max_empty) {
            writer.put_note(fmt::format("[{} more empty lines]", empty - shape.max_empty));
        }
    };
    bool more = true;
    while (more && !writer.full()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        more = end != std::string_view::npos;
        if (line.empty()) {
            if (++empty <= shape.max_empty) writer.begin_line();
        } else {
            put_empty();
            empty = 0;
            writer.begin_line();
            const auto left = put_line(writer, line);
            text.remove_prefix(line.size() - left.size());
            if (!left.empty()) break;
        }
        text.remove_prefix(more ? text.find('\n') + 1 : text.size());
    }
    put_empty();
    if (!text.empty()) writer.put_note(fmt::format("[{} more bytes]", text.size()));
    return writer.take();
}

}  // namespace p2pc::base
