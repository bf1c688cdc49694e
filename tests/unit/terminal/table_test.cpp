#include "terminal/table.hpp"

#include <catch2/catch.hpp>

#include "terminal/colour.hpp"
#include "terminal/columns.hpp"

using namespace p2pc::terminal;

TEST_CASE("columns are aligned by what a terminal shows, not by bytes", "[terminal][table]") {
    Table table{{Table::Align::left, Table::Align::right, Table::Align::left}};
    CHECK(table.empty());
    table.add({"alice", "1", "x"});
    table.add({"日本", "200", "y"});
    table.add({"é", "30"});
    CHECK(table.str() ==
          "alice    1  x\n"
          "日本   200  y\n"
          "é       30\n");
}

TEST_CASE("an empty table and empty rows print no stray spaces", "[terminal][table]") {
    Table table{{Table::Align::left, Table::Align::left}};
    CHECK(table.str() == "");
    table.add({});
    CHECK(table.str() == "\n");
}

TEST_CASE("text is cut by columns and says so", "[terminal][table]") {
    CHECK(cut_to("abcdef", 6) == "abcdef");
    CHECK(cut_to("abcdefg", 6) == "abc...");
    CHECK(cut_to("日本語日本", 6) == "日...");
    CHECK(cut_to("ae\u0301bcdef", 5) == "ae\u0301...");
    CHECK(cut_to("abcd", 3) == "...");
    CHECK(cut_to("abcd", 1) == ".");
    CHECK(cut_to("abcd", 0) == "");
    CHECK(pad_right("日", 4) == "日  ");
    CHECK(pad_left("日", 1) == "日");
}

TEST_CASE("colour follows the flag, then NO_COLOR, then the terminal", "[terminal][colour]") {
    const auto use = [](Colour wanted, Terminal output, std::optional<std::string_view> no_color,
                        std::optional<std::string_view> term = "xterm") {
        return use_colour(wanted, output, no_color, term);
    };
    CHECK(use(Colour::automatic, Terminal::yes, std::nullopt));
    CHECK(use(Colour::automatic, Terminal::yes, ""));
    CHECK_FALSE(use(Colour::automatic, Terminal::yes, "1"));
    CHECK_FALSE(use(Colour::automatic, Terminal::no, std::nullopt));
    CHECK_FALSE(use(Colour::automatic, Terminal::yes, std::nullopt, "dumb"));
    CHECK_FALSE(use(Colour::automatic, Terminal::yes, std::nullopt, std::nullopt));
    CHECK(use(Colour::always, Terminal::no, "1", "dumb"));
    CHECK_FALSE(use(Colour::never, Terminal::yes, std::nullopt));

    CHECK(parse_colour("auto") == Colour::automatic);
    CHECK(parse_colour("always") == Colour::always);
    CHECK(parse_colour("never") == Colour::never);
    for (const char* bad : {"", "Auto", "yes", "always "})
        CHECK_FALSE(parse_colour(bad));
    CHECK(paint("x", Style::bad, false) == "x");
    CHECK(paint("x", Style::bad, true) == "\x1b[31mx\x1b[0m");
}
