#include "terminal/screen.hpp"

#include <catch2/catch.hpp>

#include "support/captured_writes.hpp"
#include "support/vt.hpp"
#include "terminal/write.hpp"

using namespace p2pc::terminal;
using p2pc::tests::CapturedWrites;
using p2pc::tests::Vt;

TEST_CASE("each change of the screen is one write", "[terminal][screen]") {
    CapturedWrites fd;
    Screen screen{fd.fd(), 40};
    screen.show();
    CHECK(fd.take().size() == 1);
    screen.set_prompt("> ");
    CHECK(fd.take().size() == 1);
    screen.set_input("hello", 5);
    CHECK(fd.take().size() == 1);
    screen.print_above("one\ntwo\nthree");
    CHECK(fd.take().size() == 1);
    screen.resize(20);
    CHECK(fd.take().size() == 1);
}

TEST_CASE("lines that come in stand above the line being typed", "[terminal][screen]") {
    CapturedWrites fd;
    Screen screen{fd.fd(), 40};
    screen.set_prompt("bob> ");
    screen.show();
    screen.set_input("half a sen", 4);
    screen.print_above("bob: one\nbob: two");
    Vt vt{40};
    for (const auto& write : fd.take())
        vt.write(write);
    CHECK(vt.violations().empty());
    CHECK(vt.row(0) == "bob: one");
    CHECK(vt.row(1) == "bob: two");
    CHECK(vt.row(2) == "bob> half a sen");
    CHECK(vt.rows() == 3);
    CHECK(vt.cursor_row() == 2);
    CHECK(vt.cursor_column() == 9);
}

TEST_CASE("a hidden screen draws no input and still prints lines", "[terminal][screen]") {
    CapturedWrites fd;
    Screen screen{fd.fd(), 40};
    screen.set_prompt("> ");
    screen.set_input("x", 1);
    CHECK(fd.take().empty());
    screen.print_above("a\nb");
    CHECK(fd.take() == std::vector<std::string>{"a\r\nb\r\n"});
    screen.show();
    fd.take();
    screen.hide();
    CHECK(fd.take() == std::vector<std::string>{"\r\x1b[J"});
    screen.hide();
    CHECK(fd.take().empty());
}

TEST_CASE("a screen leaves an empty row behind", "[terminal][screen]") {
    CapturedWrites fd;
    Vt vt{40};
    {
        Screen screen{fd.fd(), 40};
        screen.set_prompt("> ");
        screen.set_input("unfinished", 3);
        screen.show();
    }
    for (const auto& write : fd.take())
        vt.write(write);
    CHECK(vt.row(0) == "");
    CHECK(vt.cursor_column() == 0);
}

TEST_CASE("a terminal that is gone is no reason to fail", "[terminal][screen]") {
    CHECK_FALSE(write_all(-1, "x"));
    CHECK(write_all(-1, ""));
    Screen screen{-1, 0};
    screen.show();
    screen.print_above("x");
    CHECK(screen.columns() == 80);
}
