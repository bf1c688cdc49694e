#include "terminal/input_view.hpp"

#include <catch2/catch.hpp>

#include "base/filter.hpp"
#include "support/vt.hpp"

using namespace p2pc;
using namespace p2pc::terminal;
using p2pc::tests::Vt;

namespace {

InputLine input(std::string prompt, std::string text, std::size_t cursor) {
    InputLine line;
    line.prompt = std::move(prompt);
    line.text = std::move(text);
    line.cursor = cursor;
    return line;
}

Vt drawn(const InputLine& line, unsigned columns) {
    Vt vt{columns};
    vt.write(draw_row(line, columns));
    CHECK(vt.violations().empty());
    return vt;
}

}  // namespace

TEST_CASE("the row shows prompt and text with the cursor at its character", "[terminal][view]") {
    const auto vt = drawn(input("bob> ", "hé日x", 6), 40);
    CHECK(vt.row(0) == "bob> hé日x");
    CHECK(vt.cursor_column() == 9);
    CHECK(drawn(input("", "", 0), 40).cursor_column() == 0);
    CHECK(drawn(input("> ", "abc", 0), 40).cursor_column() == 2);
}

TEST_CASE("text as long as the row fits, one more scrolls", "[terminal][view]") {
    CHECK(drawn(input("> ", "abcdefg", 7), 10).row(0) == "> <efg");
    CHECK(drawn(input("> ", "abcdef", 6), 10).row(0) == "> abcdef");
    CHECK(drawn(input("> ", "abcdefg", 0), 10).row(0) == "> abcdefg");
    CHECK(drawn(input("> ", "abcdefgh", 0), 10).row(0) == "> abcdef>");
}

TEST_CASE("the character at the cursor is on the screen wherever it is", "[terminal][view]") {
    std::string text;
    for (int i = 0; i < 300; ++i)
        text.push_back(static_cast<char>('a' + i % 26));
    for (unsigned columns : {7u, 8u, 10u, 20u, 80u, 299u, 305u}) {
        for (std::size_t cursor = 0; cursor <= text.size(); ++cursor) {
            Vt vt{columns};
            vt.write(draw_row(input("> ", text, cursor), columns));
            const std::string at = cursor == text.size() ? " " : text.substr(cursor, 1);
            if (vt.rows() != 1 || !vt.violations().empty() || vt.cell(0, vt.cursor_column()) != at ||
                vt.cell(0, columns - 1) != " ")
                FAIL(columns << " columns, cursor " << cursor << ": " << vt.row(0));
        }
    }
}

TEST_CASE("wide characters cut by an edge leave the row whole", "[terminal][view]") {
    std::string text;
    for (int i = 0; i < 50; ++i)
        text += "日";
    for (unsigned columns = 6; columns < 30; ++columns) {
        for (std::size_t cursor = 0; cursor <= text.size(); cursor += 3) {
            Vt vt{columns};
            vt.write(draw_row(input(">", text, cursor), columns));
            if (vt.rows() != 1 || !vt.violations().empty()) FAIL(columns << " columns, cursor " << cursor);
            if (cursor < text.size() && vt.cell(0, vt.cursor_column()) != "日")
                FAIL(columns << " columns, cursor " << cursor << ": " << vt.row(0));
        }
    }
}

TEST_CASE("the narrowest terminals get no wrapped row", "[terminal][view]") {
    for (unsigned columns = 1; columns < 12; ++columns) {
        Vt vt{columns};
        vt.write(draw_row(input("a long prompt> ", "日本語 text", 4), columns));
        INFO(columns);
        CHECK(vt.rows() == 1);
        CHECK(vt.violations().empty());
    }
}

TEST_CASE("what is typed and not printable is shown escaped", "[terminal][view]") {
    const auto vt = drawn(input("> ", "a\u200d\u202e", 1), 40);
    CHECK(vt.row(0) == "> a\\u{200d}\\u{202e}");
    CHECK(vt.cursor_column() == 3);
}

TEST_CASE("every code point alone, filtered, is one line that leaves the terminal as it should be",
          "[terminal][view]") {
    constexpr char32_t batch = 256;
    for (char32_t first = 0; first <= 0x10ffff; first += batch) {
        if (first >= 0xd800 && first <= 0xdfff) continue;
        std::string lines;
        for (char32_t code = first; code < first + batch; ++code) {
            std::string text;
            base::append_utf8(text, code);
            lines += base::escape_line(text) + (code + 1 < first + batch ? "\n" : "");
        }
        Vt vt{40};
        vt.write(draw_above(lines, input("> ", "x", 0), 40));
        if (!vt.violations().empty()) FAIL("from U+" << std::hex << +first << ": " << vt.violations()[0]);
        if (vt.cursor_row() != batch || vt.cursor_column() != 2 || vt.row(batch) != "> x")
            FAIL("from U+" << std::hex << +first);
    }
}
