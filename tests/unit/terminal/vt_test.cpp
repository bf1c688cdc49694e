// The judge is judged first.
#include "support/vt.hpp"

#include <catch2/catch.hpp>

using p2pc::tests::Vt;

TEST_CASE("the test terminal wraps a full row only when more comes", "[terminal][vt]") {
    Vt vt{4};
    vt.write("abcd");
    CHECK(vt.rows() == 1);
    vt.write("\r\nx");
    CHECK(vt.row(1) == "x");
    Vt other{4};
    other.write("abcde");
    CHECK(other.row(0) == "abcd");
    CHECK(other.row(1) == "e");
}

TEST_CASE("the test terminal moves a wide character that does not fit", "[terminal][vt]") {
    Vt vt{4};
    vt.write("abc日");
    CHECK(vt.row(0) == "abc");
    CHECK(vt.row(1) == "日");
    CHECK(vt.cursor_column() == 2);
}

TEST_CASE("the test terminal erases from the cursor on", "[terminal][vt]") {
    Vt vt{10};
    vt.write("one\r\ntwo\r\x1b[1C\x1b[K");
    CHECK(vt.row(0) == "one");
    CHECK(vt.row(1) == "t");
    CHECK(vt.violations().empty());
}

TEST_CASE("the test terminal reports whatever p2pc must not send", "[terminal][vt]") {
    for (const char* bad : {"\x1b]0;x\x07",
                            "\x1b"
                            "c",
                            "\x1b[2J\x1b[1;1H", "\x1b[?1049h", "\u009b31m", "\x07", "\xff", "\u202e",
                            "\x1b[99C", "\u0301", "\x1b["}) {
        INFO(bad);
        Vt vt{20};
        vt.write(bad);
        CHECK_FALSE(vt.violations().empty());
    }
}
