// What is typed at a terminal, or pasted, or sent by it unasked: the line stays text, and its row a row.
#include "base/unicode.hpp"
#include "fuzz/fuzz.hpp"
#include "support/vt.hpp"
#include "terminal/input_view.hpp"
#include "terminal/line_editor.hpp"

using namespace p2pc;

namespace {

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const auto next = base::decode_utf8(text);
        if (!next.valid || next.code < 0x20 || (next.code >= 0x7f && next.code < 0xa0)) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

void check(const terminal::LineEditor& editor, unsigned columns) {
    MUST(is_text(editor.text()) && editor.text().size() <= terminal::LineEditor::max_line);
    MUST(editor.cursor() <= editor.text().size());
    // On a character.
    MUST(is_text(std::string_view{editor.text()}.substr(0, editor.cursor())));
    terminal::InputLine line;
    line.prompt = "bob> ";
    line.text = editor.text();
    line.cursor = editor.cursor();
    tests::Vt screen{columns};
    screen.write(terminal::draw_row(line, columns));
    MUST(screen.violations().empty());
    MUST(screen.rows() == 1 && screen.cell(0, columns - 1) == " ");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const unsigned columns = 2U + input.byte();
    const std::size_t piece = 1U + input.byte();
    const auto all = input.rest();
    terminal::LineEditor editor, whole;
    std::vector<std::string> lines, whole_lines;
    const auto gather = [](std::vector<std::string>& into, const terminal::EditorEvent& event) {
        const auto* const submitted = std::get_if<terminal::Submitted>(&event);
        if (submitted == nullptr) return;
        MUST(is_text(submitted->line));
        into.push_back(submitted->line);
    };
    for (auto left = all; !left.empty(); left.remove_prefix(std::min(piece, left.size()))) {
        for (const auto& event : editor.feed(left.substr(0, piece)))
            gather(lines, event);
        // The cost of a look at a long line is that of the line.
        if (editor.text().size() < 256) check(editor, columns);
    }
    check(editor, columns);
    // However it is cut, it is the same line.
    for (const auto& event : whole.feed(all))
        gather(whole_lines, event);
    MUST(whole.text() == editor.text() && whole.cursor() == editor.cursor() && whole_lines == lines);
    return 0;
}
