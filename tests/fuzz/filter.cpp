// The filter for text from elsewhere: what comes out is printable, bounded and tells two texts apart.
#include "base/filter.hpp"

#include "fuzz/fuzz.hpp"
#include "support/vt.hpp"

using namespace p2pc;

namespace {

// Everything is printable (or one of `also`), and no character carries more than max_marks.
void check_shown(std::string_view shown, std::string_view also) {
    unsigned marks = base::max_marks;  // on nothing
    while (!shown.empty()) {
        const auto next = base::decode_utf8(shown);
        MUST(next.valid);
        if (next.code < 0x80 && also.find(static_cast<char>(next.code)) != std::string_view::npos) {
            marks = base::max_marks;
        } else {
            MUST(base::is_printable(next.code));
            marks = base::is_mark(next.code) ? marks + 1 : 0;
            MUST(marks <= base::max_marks);
        }
        shown.remove_prefix(next.bytes);
    }
}

std::uint32_t hex(std::string_view& shown, char end, std::size_t most) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < most && !shown.empty() && shown.front() != end; ++i) {
        const char c = shown.front();
        MUST((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        value = value * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        shown.remove_prefix(1);
    }
    return value;
}

// What the escapes of one line stand for.
std::string meant_by(std::string_view shown) {
    std::string meant;
    while (!shown.empty()) {
        const char c = shown.front();
        shown.remove_prefix(1);
        if (c != '\\') {
            meant.push_back(c);
            continue;
        }
        MUST(!shown.empty());
        const char kind = shown.front();
        shown.remove_prefix(1);
        if (kind == 'n') meant.push_back('\n');
        if (kind == 't') meant.push_back('\t');
        if (kind == '\\') meant.push_back('\\');
        if (kind == 'x') meant.push_back(static_cast<char>(hex(shown, '\0', 2)));
        if (kind == 'u') {
            MUST(shown.starts_with('{'));
            shown.remove_prefix(1);
            base::append_utf8(meant, hex(shown, '}', 6));
            MUST(shown.starts_with('}'));
            shown.remove_prefix(1);
        }
        MUST(std::string_view{"nt\\xu"}.find(kind) != std::string_view::npos);
    }
    return meant;
}

void check_body(std::string_view text, const base::BodyShape& shape) {
    const std::string shown = base::escape_body(text, shape);
    check_shown(shown, "\n\t");
    MUST(shown.size() <= 64 + (shape.prefix.size() + 12) * (text.size() + 3));
    const unsigned indent = base::display_width(shape.prefix);
    std::size_t lines = 0;
    for (std::string_view rest = shown;; ++lines) {
        const auto line = rest.substr(0, rest.find('\n'));
        MUST(line.starts_with(shape.prefix));
        // Our own words about what is not shown are not broken.
        const bool ours = line.ends_with(" more empty lines]") || line.ends_with(" more bytes]");
        if (shape.columns >= indent + 10 && !ours) {
            // A screen that wide never wraps it, so that each of its rows has the prefix.
            tests::Vt screen{shape.columns};
            screen.write(line);
            MUST(screen.violations().empty());
            MUST(screen.rows() == 1);
        }
        if (line.size() == rest.size()) break;
        rest.remove_prefix(line.size() + 1);
    }
    MUST(lines + 1 <= shape.max_lines + 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    base::BodyShape shape;
    shape.prefix = input.below(2) == 0 ? "alice: " : "  ";
    shape.columns = input.byte();
    shape.max_lines = 1 + input.byte();
    shape.max_empty = input.below(5);
    const auto text = input.rest();

    const std::string line = base::escape_line(text);
    check_shown(line, "");
    MUST(meant_by(line) == text);
    MUST(line.size() <= 4 * text.size());
    check_body(text, shape);

    const std::string json = base::to_valid_utf8(text);
    MUST(base::is_valid_utf8(json));
    MUST(!base::is_valid_utf8(text) || json == text);
    return 0;
}
