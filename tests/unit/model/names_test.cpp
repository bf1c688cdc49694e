#include "model/names.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::model;

TEST_CASE("a name has 1 to 32 characters", "[model][names]") {
    CHECK_FALSE(UserName::parse(""));
    CHECK(UserName::parse("a"));
    CHECK(UserName::parse(std::string(31, 'a')));
    CHECK(UserName::parse(std::string(32, 'a')));
    CHECK_FALSE(UserName::parse(std::string(33, 'a')));
    CHECK_FALSE(UserName::parse(std::string(1 << 20, 'a')));
}

TEST_CASE("names of the allowed characters are kept as typed", "[model][names]") {
    for (const char* text : {"alice", "0", "9lives", "a.b", "a_b", "a-b", "a..b", "a-", "x86_64.box-2"}) {
        const auto name = UserName::parse(text);
        REQUIRE(name);
        CHECK(name->text() == text);
        CHECK(DeviceName::parse(text));
    }
}

TEST_CASE("every byte is judged in first and in later place", "[model][names]") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool later = first || c == '.' || c == '_' || c == '-';
        INFO(byte);
        CHECK(is_name(std::string{c}) == first);
        CHECK(is_name(std::string{'a', c}) == later);
        CHECK(is_name(std::string{'a', c, 'b'}) == later);
    }
}

TEST_CASE("a name that could mislead or escape is a usage error with the text quoted", "[model][names]") {
    for (const char* text :
         {"-rf", "../x", ".", "..", ".hidden", "_a", "a b", "Alice", "ALICE", "аlice" /* Cyrillic а */, "a/b",
          "a\nb", "a\x1b[31m", "é", "a\xff", "a'--", "*", " a", "a "}) {
        INFO(text);
        const auto name = UserName::parse(text);
        REQUIRE_FALSE(name);
        CHECK(name.error().code() == Errc::usage);
        for (unsigned char c : name.error().detail()) {
            if (c < 0x20 || c >= 0x7f) FAIL("unescaped: " << name.error().detail());
        }
    }
    CHECK_THAT(UserName::parse("-rf").error().detail(), Catch::Contains("'-rf'"));
    CHECK(UserName::parse(std::string(100'000, 'A')).error().detail().size() < 300);
}

TEST_CASE("a bad name is quoted with its bytes shown, and cut where it is long", "[model][names]") {
    const auto quoted = [](std::string_view text) {
        const auto name = UserName::parse(text);
        REQUIRE_FALSE(name);
        return name.error().detail();
    };
    CHECK_THAT(quoted(" ~\x7f\x1f"), Catch::StartsWith("user ' ~\\x7f\\x1f' is not a name"));
    CHECK_THAT(quoted(std::string(64, 'A')), Catch::StartsWith("user '" + std::string(64, 'A') + "' is"));
    CHECK_THAT(quoted(std::string(65, 'A')), Catch::StartsWith("user '" + std::string(64, 'A') + "...' is"));
    CHECK_THAT(DeviceName::parse("B").error().detail(), Catch::StartsWith("device 'B' is not a name"));
}

TEST_CASE("a NUL does not end a name", "[model][names]") {
    CHECK_FALSE(UserName::parse(std::string_view{"a\0b", 3}));
}

TEST_CASE("any host name becomes a device name", "[model][names]") {
    CHECK(cleaned_device_name("laptop").text() == "laptop");
    CHECK(cleaned_device_name("My Laptop!").text() == "my-laptop-");
    CHECK(cleaned_device_name("ABYZ").text() == "abyz");
    CHECK(cleaned_device_name("x@[").text() == "x--");  // the neighbours of A and Z
    CHECK(cleaned_device_name("-_.x").text() == "x");
    CHECK(cleaned_device_name("").text() == "device");
    CHECK(cleaned_device_name("日本").text() == "device");
    CHECK(cleaned_device_name(std::string(64, 'h')).text() == std::string(32, 'h'));
    for (int byte = 0; byte < 256; ++byte)
        CHECK(is_name(
            cleaned_device_name(std::string{static_cast<char>(byte), static_cast<char>(byte)}).text()));
}

TEST_CASE("a peer is a user, or a user's device", "[model][names]") {
    const auto user = PeerName::parse("alice");
    REQUIRE(user);
    CHECK_FALSE(user->device());
    CHECK(user->text() == "alice");
    const auto device = PeerName::parse("alice/laptop");
    REQUIRE(device);
    CHECK(device->device()->text() == "laptop");
    CHECK(device->text() == "alice/laptop");
    for (const char* text : {"", "/", "alice/", "/laptop", "a/b/c", "alice/Laptop", "../x", "a /b"}) {
        INFO(text);
        REQUIRE_FALSE(PeerName::parse(text));
        CHECK(PeerName::parse(text).error().code() == Errc::usage);
    }
}
