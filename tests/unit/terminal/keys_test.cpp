#include "terminal/keys.hpp"

#include <catch2/catch.hpp>

using namespace p2pc::terminal;

namespace {

std::vector<Key> keys_of(std::string_view bytes) {
    KeyReader reader;
    std::vector<Key> keys;
    reader.feed(bytes, keys);
    return keys;
}

std::vector<Key> keys_cut(std::string_view bytes, std::size_t at) {
    KeyReader reader;
    std::vector<Key> keys;
    reader.feed(bytes.substr(0, at), keys);
    reader.feed(bytes.substr(at), keys);
    return keys;
}

const Key x{KeyKind::character, U'x'};

}  // namespace

TEST_CASE("keys of xterm, the Linux console and rxvt are known", "[terminal][keys]") {
    const std::pair<const char*, KeyKind> known[] = {{"\r", KeyKind::enter},
                                                     {"\n", KeyKind::enter},
                                                     {"\x7f", KeyKind::backspace},
                                                     {"\b", KeyKind::backspace},
                                                     {"\x1b[A", KeyKind::up},
                                                     {"\x1bOA", KeyKind::up},
                                                     {"\x1b[B", KeyKind::down},
                                                     {"\x1b[C", KeyKind::right},
                                                     {"\x1b[D", KeyKind::left},
                                                     {"\x1b[H", KeyKind::home},
                                                     {"\x1b[1~", KeyKind::home},
                                                     {"\x1b[7~", KeyKind::home},
                                                     {"\x1bOH", KeyKind::home},
                                                     {"\x1b[F", KeyKind::end},
                                                     {"\x1b[4~", KeyKind::end},
                                                     {"\x1b[8~", KeyKind::end},
                                                     {"\x1b[3~", KeyKind::del},
                                                     {"\x1b[1;5C", KeyKind::right},
                                                     {"\x1b[200~", KeyKind::paste_begin},
                                                     {"\x1b[201~", KeyKind::paste_end}};
    for (const auto& [bytes, kind] : known) {
        INFO(bytes + 1);
        CHECK(keys_of(bytes) == std::vector<Key>{{kind}});
    }
    CHECK(keys_of("\x01\x1a") == std::vector<Key>{{KeyKind::control, U'a'}, {KeyKind::control, U'z'}});
}

TEST_CASE("sequences that mean nothing here are swallowed whole", "[terminal][keys]") {
    for (const char* bytes :
         {"\x1b[5~", "\x1b[15;2~", "\x1b[?1;2c", "\x1b[<0;1;1M", "\x1bOP", "\x1b]0;title\x07",
          "\x1b]11;rgb:0/0/0\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b_x\x1b\\",
          "\x1b"
          "b",
          "\x1b\x1b[5~", "\x1b[99999999999999999999999999999999~"}) {
        INFO(bytes + 1);
        CHECK(keys_of(std::string{bytes} + "x") == std::vector<Key>{x});
    }
}

TEST_CASE("a key cut anywhere is the same key", "[terminal][keys]") {
    const std::string all = "a\x1b[1;5Cé日😀\x1b[200~\x1bOH\x1b]0;t\x1b\\z\x7f\x1b[3~";
    const auto whole = keys_of(all);
    for (std::size_t at = 0; at <= all.size(); ++at) {
        INFO(at);
        CHECK(keys_cut(all, at) == whole);
    }
}

TEST_CASE("bytes that are not UTF-8 are dropped and what follows is kept", "[terminal][keys]") {
    CHECK(keys_of("\xff\xc0x") == std::vector<Key>{x});
    CHECK(keys_of("\xe2\x82x") == std::vector<Key>{x});
    CHECK(keys_of("\xc3\xc3\xa9") == std::vector<Key>{{KeyKind::character, U'é'}});
    CHECK(keys_of("\xe2\x82\x1b[Ax") == std::vector<Key>{{KeyKind::up}, x});
    CHECK(keys_of("\xed\xa0\x80x") == std::vector<Key>{x});
}

TEST_CASE("Ctrl-C gets through every unfinished sequence", "[terminal][keys]") {
    const Key interrupt{KeyKind::control, U'c'};
    for (const char* begun :
         {"\x1b", "\x1b[", "\x1b[1;", "\x1bO", "\x1b]0;t", "\x1bP", "\x1b]x\x1b", "\xe2\x82"}) {
        INFO(begun + 1);
        CHECK(keys_of(std::string{begun} + "\x03") == std::vector<Key>{interrupt});
    }
}

TEST_CASE("an unfinished string swallows only so much of what is typed", "[terminal][keys]") {
    const auto keys = keys_of("\x1b]" + std::string(300, 'x'));
    CHECK(keys.size() == 300 - 257);
}
