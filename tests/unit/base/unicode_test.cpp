#include "base/unicode.hpp"

#include <catch2/catch.hpp>

using namespace p2pc::base;

TEST_CASE("every scalar value survives encoding and decoding", "[base][unicode]") {
    for (char32_t code = 0; code <= 0x10ffff; ++code) {
        if (code >= 0xd800 && code <= 0xdfff) continue;
        std::string text;
        append_utf8(text, code);
        const Decoded back = decode_utf8(text);
        if (!back.valid || back.code != code || back.bytes != text.size()) FAIL("U+" << std::hex << +code);
    }
}

TEST_CASE("what RFC 3629 forbids is not valid", "[base][unicode]") {
    for (const char* bad :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xc3", "\xe2\x82",
          "\xe2\x82\x7f", "\xe2\x82\xc0", "\xf0\x9f\x98",
          "a\xc3"
          "b"}) {
        CHECK_FALSE(is_valid_utf8(bad));
    }
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8("\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"));
}

TEST_CASE("a character cut off by the end of the input is told from a wrong one", "[base][unicode]") {
    CHECK(decode_utf8("\xf0\x9f\x98").cut);
    CHECK(decode_utf8("\xc3").cut);
    CHECK_FALSE(decode_utf8("\xc3(").cut);
    CHECK_FALSE(decode_utf8("\xed\xa0").cut);
    CHECK_FALSE(decode_utf8("\xff").cut);
}

TEST_CASE("each invalid piece becomes one replacement character for JSON", "[base][unicode]") {
    CHECK(to_valid_utf8("ok\n") == "ok\n");
    CHECK(to_valid_utf8("a\xff"
                        "b") == "a\ufffdb");
    CHECK(to_valid_utf8("\xe2\x82z") == "\ufffdz");
    CHECK(to_valid_utf8("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
        const std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xff)};
        if (!is_valid_utf8(to_valid_utf8(text))) FAIL(std::hex << pair);
        if (is_valid_utf8(text) && to_valid_utf8(text) != text) FAIL(std::hex << pair);
    }
}

TEST_CASE("width counts columns, not bytes or characters", "[base][unicode]") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("é") == 1);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("日本") == 4);
    CHECK(display_width("😀") == 2);
    for (const char32_t nothing : {U'\x1b', U'\x1f', U'\x7f', U'\u009f', U'\u200b', char32_t{0xd800}}) {
        CHECK_FALSE(is_printable(nothing));
        CHECK(display_width(nothing) == 0);
        CHECK(widest_display(nothing) == 0);
    }
    CHECK(display_width(U' ') == 1);
    CHECK(display_width(U'~') == 1);
}
