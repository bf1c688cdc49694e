#include "terminal/words.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::terminal;

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view line, std::string_view home = "/users/ann") {
    const auto words = split_words(line, home);
    REQUIRE(words);
    return *words;
}

}  // namespace

TEST_CASE("a line is split at spaces that are not quoted", "[terminal][words]") {
    CHECK(split("") == Words{});
    CHECK(split("  \t ") == Words{});
    CHECK(split(" a  b\tc ") == Words{"a", "b", "c"});
    CHECK(split("'a b' \"c d\" e\\ f") == Words{"a b", "c d", "e f"});
    CHECK(split("a'b c'd\"e f\"g") == Words{"ab cde fg"});
    CHECK(split("'' \"\" a''") == Words{"", "", "a"});
}

TEST_CASE("quotes keep what a shell's quotes keep", "[terminal][words]") {
    CHECK(split(R"('a\b"c')") == Words{R"(a\b"c)"});
    CHECK(split(R"("a\"b\\c\$d\`e\f")") == Words{R"(a"b\c$d`e\f)"});
    CHECK(split(R"(\'a\" \\)") == Words{"'a\"", "\\"});
    CHECK(split("日本.txt 'é è'") == Words{"日本.txt", "é è"});
}

TEST_CASE("nothing else of a shell happens", "[terminal][words]") {
    CHECK(split("$HOME `id` $(id) *.txt a;b|c>d #e !f {a,b}") ==
          Words{"$HOME", "`id`", "$(id)", "*.txt", "a;b|c>d", "#e", "!f", "{a,b}"});
}

TEST_CASE("an unquoted ~ at the start of a word is the home folder", "[terminal][words]") {
    CHECK(split("~ ~/x ~/'a b'") == Words{"/users/ann", "/users/ann/x", "/users/ann/a b"});
    CHECK(split("~bob a~ '~' \"~/x\" \\~ ''~ x/~") == Words{"~bob", "a~", "~", "~/x", "~", "~", "x/~"});
    CHECK(split("~/x", "") == Words{"~/x"});
}

TEST_CASE("an open quote or a last backslash is a usage error", "[terminal][words]") {
    for (const char* line : {"'", "\"", "a 'b", "a \"b", "a\\", "\"a\\\"", "'a' '"}) {
        INFO(line);
        const auto words = split_words(line, "/");
        REQUIRE_FALSE(words);
        CHECK(words.error().code() == Errc::usage);
    }
}
