#include "terminal/line_editor.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "base/unicode.hpp"

using namespace p2pc;
using namespace p2pc::terminal;

namespace {

// The text with | at the cursor.
std::string shown(const LineEditor& editor) {
    std::string text = editor.text();
    return text.insert(editor.cursor(), "|");
}

std::string after(std::string_view bytes) {
    LineEditor editor;
    editor.feed(bytes);
    return shown(editor);
}

std::vector<std::string> lines_of(LineEditor& editor, std::string_view bytes) {
    std::vector<std::string> lines;
    for (const auto& event : editor.feed(bytes)) {
        if (const auto* submitted = std::get_if<Submitted>(&event)) lines.push_back(submitted->line);
    }
    return lines;
}

}  // namespace

TEST_CASE("typed text is submitted by Enter and the line is empty again", "[terminal][editor]") {
    LineEditor editor;
    const auto events = editor.feed("héllo\r");
    REQUIRE(events.size() == 3);
    CHECK(events[0] == EditorEvent{Changed{}});
    CHECK(events[1] == EditorEvent{Submitted{"héllo"}});
    CHECK(events[2] == EditorEvent{Changed{}});
    CHECK(shown(editor) == "|");
    CHECK(lines_of(editor, "a\rb\r\r") == std::vector<std::string>{"a", "b", ""});
}

TEST_CASE("each editing key does what it says", "[terminal][editor]") {
    CHECK(after("abc\x1b[D\x1b[D") == "a|bc");
    CHECK(after("abc\x1b[DX") == "abX|c");
    CHECK(after("abc\x1b[D\x1b[C") == "abc|");
    CHECK(after("abc\x1b[H") == "|abc");
    CHECK(after("abc\x01\x05") == "abc|");
    CHECK(after("abc\x1b[H\x1b[F") == "abc|");
    CHECK(after("abc\x7f") == "ab|");
    CHECK(after("abc\x01\x7f") == "|abc");
    CHECK(after("abc\x01\x1b[3~") == "|bc");
    CHECK(after("abc\x1b[3~") == "abc|");
    CHECK(after("abc\x01\x04") == "|bc");
    CHECK(after("abcd\x02\x02\x0b") == "ab|");
    CHECK(after("abcd\x02\x02\x15") == "|cd");
    CHECK(after("one two  \x17") == "one |");
    CHECK(after("one two\x17\x17\x17") == "|");
    CHECK(after("\x02\x06\x0b\x15\x17\x7f\x1b[3~") == "|");
}

TEST_CASE("a character moves and goes with the marks on it", "[terminal][editor]") {
    CHECK(after("xe\u0301\u0302\x7f") == "x|");
    CHECK(after("e\u0301y\x02\x02") == "|e\u0301y");
    CHECK(after("e\u0301y\x01\x06") == "e\u0301|y");
    CHECK(after("e\u0301y\x01\x1b[3~") == "|y");
    CHECK(after("日本😀\x7f\x02") == "日|本");
}

TEST_CASE("Ctrl-D ends the input only on an empty line; Ctrl-C interrupts and keeps the line",
          "[terminal][editor]") {
    LineEditor editor;
    CHECK(editor.feed("\x04") == std::vector<EditorEvent>{EndOfInput{}});
    editor.feed("ab");
    CHECK(editor.feed("\x04").empty());
    CHECK(editor.feed("\x03") == std::vector<EditorEvent>{Interrupted{}});
    CHECK(shown(editor) == "ab|");
}

TEST_CASE("up and down walk the lines of this run and come back to what was being typed",
          "[terminal][editor]") {
    LineEditor editor;
    editor.feed("one\rtwo\rtwo\r\rdraft");
    const std::pair<const char*, const char*> steps[] = {{"\x1b[A", "two|"},   {"\x1b[A", "one|"},
                                                         {"\x1b[A", "one|"},   {"\x1b[B", "two|"},
                                                         {"\x1b[B", "draft|"}, {"\x1b[B", "draft|"}};
    for (const auto& [key, expected] : steps) {
        editor.feed(key);
        CHECK(shown(editor) == expected);
    }
    CHECK(lines_of(editor, "\x1b[A!\r") == std::vector<std::string>{"two!"});
    editor.feed("\x1b[A\x1b[A");
    CHECK(shown(editor) == "two|");
}

TEST_CASE("history keeps its newest lines", "[terminal][editor]") {
    LineEditor editor;
    for (std::size_t i = 0; i <= LineEditor::max_history; ++i)
        editor.feed(std::to_string(i) + "\r");
    for (std::size_t i = 0; i < LineEditor::max_history + 10; ++i)
        editor.feed("\x1b[A");
    CHECK(shown(editor) == "1|");
}

TEST_CASE("a line takes 16 KiB and not a byte more", "[terminal][editor]") {
    LineEditor editor;
    editor.feed(std::string(LineEditor::max_line - 1, 'a'));
    editor.feed("é");
    CHECK(editor.text().size() == LineEditor::max_line - 1);
    editor.feed("b");
    CHECK(editor.text().size() == LineEditor::max_line);
    editor.feed("c");
    CHECK(editor.text().size() == LineEditor::max_line);
    CHECK(lines_of(editor, "\r")[0].size() == LineEditor::max_line);
}

TEST_CASE("a bracketed paste submits nothing and obeys no key", "[terminal][editor]") {
    LineEditor editor;
    CHECK(lines_of(editor, "\x1b[200~one\r/quit\ttwo\x15\x04\x1b[D!\x1b[201~").empty());
    CHECK(shown(editor) == "one /quit two!|");
    CHECK(lines_of(editor, "\r").size() == 1);
    editor.feed("\x1b[200~");
    CHECK(editor.feed("\x03") == std::vector<EditorEvent>{Interrupted{}});
    CHECK(lines_of(editor, "x\r") == std::vector<std::string>{"x"});
}

TEST_CASE("no control character gets into a line", "[terminal][editor]") {
    CHECK(after("a\tb\u009b\u0085\u0080z") == "abz|");
}

TEST_CASE("noise never breaks the line or the cursor", "[terminal][editor]") {
    const auto seed = GENERATE(range(1u, 21u));
    INFO("seed " << seed);
    std::mt19937 random{seed};
    LineEditor editor;
    for (int round = 0; round < 2000; ++round) {
        std::string noise;
        for (unsigned i = random() % 12; i > 0; --i)
            noise.push_back(random() % 3 == 0 ? "\x1b[ABCDHF~03\x7f\x02\x06"[random() % 14]
                                              : static_cast<char>(random() & 0xff));
        editor.feed(noise);
        if (!base::is_valid_utf8(editor.text())) FAIL("text is not UTF-8");
        if (editor.cursor() > editor.text().size() ||
            !base::is_valid_utf8(std::string_view{editor.text()}.substr(0, editor.cursor())))
            FAIL("the cursor is inside a character");
    }
}
