#include "base/filter.hpp"

#include <utf8proc.h>

#include <catch2/catch.hpp>

using namespace p2pc::base;

namespace {

std::string repeated(std::string_view piece, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out.append(piece);
    return out;
}

// What a terminal could act on: C0 but what is allowed, DEL, C1.
bool has_control(std::string_view text, std::string_view allowed) {
    while (!text.empty()) {
        const Decoded next = decode_utf8(text);
        if (!next.valid) return true;
        const bool control = next.code < 0x20 || (next.code >= 0x7f && next.code < 0xa0);
        if (control && allowed.find(static_cast<char>(next.code)) == std::string_view::npos) return true;
        text.remove_prefix(next.bytes);
    }
    return false;
}

std::string body(std::string_view text, unsigned columns = 0) {
    BodyShape shape;
    shape.prefix = "> ";
    shape.columns = columns;
    return escape_body(text, shape);
}

}  // namespace

TEST_CASE("names show controls, newline and backslash as the command line promises", "[base][filter]") {
    CHECK(escape_line("plain name.txt") == "plain name.txt");
    CHECK(escape_line("a\nb\tc\\d") == "a\\nb\\tc\\\\d");
    CHECK(escape_line("\x1b[31m\r\x07\x7f") == "\\x1b[31m\\x0d\\x07\\x7f");
    CHECK(escape_line(std::string_view{"\0", 1}) == "\\x00");
    CHECK(escape_line("") == "");
}

TEST_CASE("C1, bidi, zero-width and other invisible characters are shown as code points", "[base][filter]") {
    CHECK(escape_line("\u0080\u00a0") == "\\u{0080}\u00a0");
    CHECK(escape_line("\x80") == "\\x80");  // not the character of that number
    CHECK(escape_line("\u009b31m") == "\\u{009b}31m");
    CHECK(escape_line("photo\u202egnp.exe") == "photo\\u{202e}gnp.exe");
    CHECK(escape_line("a\u200bb\u200dc\ufeffd\u00ade") == "a\\u{200b}b\\u{200d}c\\u{feff}d\\u{00ad}e");
    CHECK(escape_line("\u2028\u2029") == "\\u{2028}\\u{2029}");
    CHECK(escape_line("\U000e0041") == "\\u{e0041}");
    CHECK(escape_line("\u2066x\u2069") == "\\u{2066}x\\u{2069}");
    CHECK(escape_line("\u3164\ufe0f") == "\\u{3164}\\u{fe0f}");
}

TEST_CASE("text of other scripts passes as it is", "[base][filter]") {
    for (const char* text : {"naïve café", "Привет", "日本語", "안녕", "שלום", "😀 ok", "e\u0301", "नमस्ते"}) {
        CHECK(escape_line(text) == text);
    }
}

TEST_CASE("bytes that are not UTF-8 are shown one by one", "[base][filter]") {
    CHECK(escape_line("a\xff\xfe") == "a\\xff\\xfe");
    CHECK(escape_line("\xc0\xaf") == "\\xc0\\xaf");           // overlong
    CHECK(escape_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(escape_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(escape_line("\xe2\x82") == "\\xe2\\x82");  // ends too early
    CHECK(escape_line("\xe2\x82zz") == "\\xe2\\x82zz");
}

TEST_CASE("a character carries four marks and the fifth is escaped", "[base][filter]") {
    CHECK(escape_line("a" + repeated("\u0301", 3)) == "a" + repeated("\u0301", 3));
    CHECK(escape_line("a" + repeated("\u0301", 4)) == "a" + repeated("\u0301", 4));
    CHECK(escape_line("a" + repeated("\u0301", 5)) == "a" + repeated("\u0301", 4) + "\\u{0301}");
    CHECK(escape_line("a" + repeated("\u0301", 4) + "b\u0301") == "a" + repeated("\u0301", 4) + "b\u0301");
}

TEST_CASE("a mark never sits on text that is ours", "[base][filter]") {
    CHECK(escape_line("\u0301a") == "\\u{0301}a");
    CHECK(escape_line("\x1b\u0301") == "\\x1b\\u{0301}");
    CHECK(escape_line("\\\u0301") == "\\\\\\u{0301}");
    CHECK(escape_line("a\x1b\u0301") == "a\\x1b\\u{0301}");
    CHECK(escape_line("a\\\u0301") == "a\\\\\\u{0301}");
    CHECK(body("x\n\u0301") == "> x\n> \\u{+1}");
    CHECK(body("x\t\u0301") == "> x\t\\u{+1}");
}

TEST_CASE("two different names never look the same", "[base][filter]") {
    CHECK(escape_line("a\nb") != escape_line("a\\nb"));
    CHECK(escape_line("\x1b") != escape_line("\\x1b"));
    CHECK(escape_line("\u200b") != escape_line("\\u{200b}"));
}

TEST_CASE("every code point alone gives nothing a terminal acts on", "[base][filter]") {
    for (char32_t code = 0; code <= 0x10ffff; ++code) {
        if (code >= 0xd800 && code <= 0xdfff) continue;
        std::string text;
        append_utf8(text, code);
        const std::string shown = escape_line(text);
        const std::string shown_body = body("a" + text);
        if (has_control(shown, "") || has_control(shown_body, "\n\t")) FAIL("U+" << std::hex << +code);
        const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
        if (property->ignorable && shown == text) FAIL("shown raw: U+" << std::hex << +code);
        if (shown == text && display_width(shown) == 0) FAIL("invisible: U+" << std::hex << +code);
    }
}

TEST_CASE("every pair of bytes gives valid UTF-8 without a control", "[base][filter]") {
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
        const std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xff)};
        if (has_control(escape_line(text), "") || has_control(body(text), "\n\t")) FAIL(std::hex << pair);
    }
}

TEST_CASE("terminal sequences are inert and visible, also split across two messages", "[base][filter]") {
    CHECK(body("\x1b]52;c;aGk=\x07") == "> \\x1b]52;c;aGk=\\x07");
    CHECK(body("\x1b]0;title\x1b\\") == "> \\x1b]0;title\\x1b\\");
    CHECK(body("\x1bP1$q\x1b\\") == "> \\x1bP1$q\\x1b\\");
    CHECK(body("\x1b") + body("c") == "> \\x1b> c");
    CHECK(body("\u0090q\u009c") == "> \\u{0090}q\\u{009c}");
    CHECK(body("one\rtwo") == "> one\\x0dtwo");
}

TEST_CASE("each line of a body gets the prefix; newline, tab and backslash pass", "[base][filter]") {
    CHECK(body("one\ntwo\tthree\\") == "> one\n> two\tthree\\");
    CHECK(body("one\n") == "> one");
    CHECK(body("") == "> ");
    CHECK(body("a\n\nb") == "> a\n> \n> b");
    CHECK(escape_body("x", "bob: ") == "bob: x");
}

TEST_CASE("a line wider than the terminal is broken and every part gets the prefix", "[base][filter]") {
    CHECK(body("abcdefghij", 12) == "> abcdefghij");
    CHECK(body("abcdefghijk", 12) == "> abcdefghij\n> k");
    CHECK(body("abcdefghi日", 12) == "> abcdefghi\n> 日");
    CHECK(body("abcdefghij\u0301", 12) == "> abcdefghij\u0301");
    CHECK(body("abcdefghi\x1b", 12) == "> abcdefghi\n> \\x1b");
    CHECK(body("abcdefghi\ufe0f", 12) == "> abcdefghi\n> \\u{fe0f}");  // a mark that is not shown as one
    CHECK(body("ab\U0010ffff", 12) == "> ab\n> \\u{10ffff}");
    CHECK(body("abcdefghi", 10) == "> abcdefgh\n> i");
    CHECK(body("abcdefghijkl", 9) == "> abcdefghijkl");  // too narrow to break usefully
}

TEST_CASE("a tab reaches to the next eighth column, as terminals have it", "[base][filter]") {
    CHECK(body("a\tb\tc", 12) == "> a\tb\n> \tc");
    CHECK(body("a\tbcde", 12) == "> a\tbcde");
    CHECK(body("a\tbcdef", 12) == "> a\tbcde\n> f");
    CHECK(body("abcdefg\thijk", 20) == "> abcdefg\thijk");
    CHECK(body("abcdefg\thijkl", 20) == "> abcdefg\thijk\n> l");
}

TEST_CASE("a character that some terminal draws wider is counted as it gets", "[base][filter]") {
    CHECK(body("abcdefghi\u1a55\u1a55", 12) == "> abcdefgh\n> i\u1a55\u1a55");
    CHECK(body("abcdefg\u1a55\u1a55h", 12) == "> abcdefg\u1a55\u1a55h");
    CHECK(body("abcdefg\u1a55\u1a55hi", 12) == "> abcdefg\u1a55\u1a55h\n> i");
    // All four marks are looked at before, and no fifth one.
    const std::string wide = repeated("\u1a55", 4);
    CHECK(body("abcdef" + wide, 12) == "> abcdef" + wide);
    CHECK(body("abcdefg" + wide, 12) == "> abcdef\n> g" + wide);
    CHECK(body("abcdef" + wide + "\u1a55", 12) == "> abcdef" + wide + "\n> \\u{+1}");
    CHECK(body("abcdefghi\u4dc0", 12) == "> abcdefghi\n> \u4dc0");
    CHECK(body("abcdefgh\u4dc0", 12) == "> abcdefgh\u4dc0");
}

TEST_CASE("what does not fit into the lines there may be is told, also on a narrow terminal",
          "[base][filter]") {
    BodyShape shape;
    shape.prefix = "> ";
    shape.columns = 12;
    shape.max_lines = 2;
    CHECK(escape_body(std::string(20, 'x'), shape) == "> xxxxxxxxxx\n> xxxxxxxxxx");
    CHECK(escape_body(std::string(25, 'x'), shape) == "> xxxxxxxxxx\n> xxxxxxxxxx\n> [5 more bytes]");
    CHECK(body("a\n\n\n\n\nb", 12) == "> a\n> \n> \n> \n> [1 more empty lines]\n> b");
    shape.max_lines = 1;
    const std::string full = "abcdefgh" + repeated("\u0301", 4), more = full + "\u0301\u0301";
    CHECK(escape_body(more, shape) == "> " + full + "\n> [4 more bytes]");
    CHECK(escape_body(more + "i", shape) == "> " + full + "\n> [5 more bytes]");
    CHECK(escape_body("abcd" + repeated("\u0301", 5), shape) == "> abcd" + repeated("\u0301", 4) + "\\u{+1}");
}

TEST_CASE("runs of empty lines and too many lines are folded with a note", "[base][filter]") {
    CHECK(body("a" + repeated("\n", 4) + "b") == "> a\n> \n> \n> \n> b");
    CHECK(body("a" + repeated("\n", 5) + "b") == "> a\n> \n> \n> \n> [1 more empty lines]\n> b");
    CHECK(body(repeated("\n", 20'000)) == "> \n> \n> \n> [19997 more empty lines]");

    const BodyShape shape;
    const auto lines = [](const std::string& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    };
    CHECK(lines(body(repeated("x\n", shape.max_lines))) == shape.max_lines);
    CHECK(lines(body(repeated("x\n", shape.max_lines + 1))) == shape.max_lines + 1);
    const std::string flood = body(repeated("x\n", 20'000));
    CHECK(lines(flood) == shape.max_lines + 1);
    CHECK_THAT(flood, Catch::EndsWith("\n> x\n> [39399 more bytes]"));
}

TEST_CASE("64 KiB of marks become one short note", "[base][filter]") {
    CHECK(body("a" + repeated("\u0301", 32 * 1024)) == "> a" + repeated("\u0301", 4) + "\\u{+32764}");
    CHECK(body(repeated("\u0301", 32 * 1024)) == "> \\u{+32768}");
}
