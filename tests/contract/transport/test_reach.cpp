// Which addresses are whose, and which text is one at all.
#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using transport::Names;
using transport::Reach;

TEST_CASE("an address is classified by its range, first and last of each", "[contract][reach]") {
    auto& transport = plugin(GENERATE(as<std::string>(), "tcp", "tls"));
    struct Row {
        const char* text;
        Reach reach;
    };
    const Row rows[] = {
        {"127.0.0.1", Reach::loopback},
        {"127.255.255.255", Reach::loopback},
        {"[::1]", Reach::loopback},
        {"10.0.0.0", Reach::private_range},
        {"10.255.255.255", Reach::private_range},
        {"11.0.0.0", Reach::global},
        {"172.15.255.255", Reach::global},
        {"172.16.0.0", Reach::private_range},
        {"172.31.255.255", Reach::private_range},
        {"172.32.0.0", Reach::global},
        {"192.168.0.1", Reach::private_range},
        {"192.169.0.1", Reach::global},
        {"100.63.255.255", Reach::global},
        {"100.64.0.0", Reach::private_range},
        {"100.127.255.255", Reach::private_range},
        {"100.128.0.0", Reach::global},
        {"0.0.0.0", Reach::never},
        {"0.1.2.3", Reach::never},
        {"169.254.1.1", Reach::never},
        {"223.255.255.255", Reach::global},
        {"224.0.0.1", Reach::never},
        {"255.255.255.255", Reach::never},
        {"[::]", Reach::never},
        {"[fe80::1]", Reach::never},
        {"[fec0::1]", Reach::never},
        {"[ff02::1]", Reach::never},
        {"[fc00::1]", Reach::private_range},
        {"[fdff::1]", Reach::private_range},
        {"[fe00::1]", Reach::global},
        {"[2001:db8::1]", Reach::global},
        {"[::ffff:8.8.8.8]", Reach::never},
        {"[::8.8.8.8]", Reach::never},
        {"[64:ff9b::808:808]", Reach::never},
        {"[2002:808:808::1]", Reach::never},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        const auto parsed = transport.parse(row.text, 9876, Names::numeric);
        REQUIRE(parsed.count == 1);
        CHECK(transport.reach(parsed.addresses[0]) == row.reach);
    }
    CHECK(transport.reach(transport::Address{}) == Reach::never);
}

TEST_CASE("host and port are read from text, or refused", "[contract][reach]") {
    auto& tcp = plugin("tcp");
    const auto printed = [&](std::string_view text) {
        const auto parsed = tcp.parse(text, 9876, Names::numeric);
        if (parsed.count == 0) CHECK(parsed.failure.code == Errc::usage);
        return parsed.count == 0 ? std::string{} : std::string{parsed.addresses[0].printable()};
    };
    CHECK(printed("192.0.2.7") == "192.0.2.7:9876");
    CHECK(printed("192.0.2.7:1") == "192.0.2.7:1");
    CHECK(printed("192.0.2.7:65535") == "192.0.2.7:65535");
    CHECK(printed("[2001:DB8::1]:80") == "[2001:db8::1]:80");
    CHECK(printed("[::1]") == "[::1]:9876");
    CHECK(printed("::1") == "[::1]:9876");
    for (const char* text :
         {"192.0.2.7:65536", "192.0.2.7:-1", "192.0.2.7:", "192.0.2.7:80x", "192.0.2.7: 80", "[::1",
          "[::1]80", "[::1]:", "[]:1", ":80", "::1::2", "host.example", "a:b:c", "99999999999999999999"}) {
        INFO(text);
        CHECK(printed(text) == "");
    }
}

TEST_CASE("localhost resolves to loopback, and only when names may be resolved", "[contract][reach]") {
    auto& tcp = plugin("tcp");
    const auto parsed = tcp.parse("localhost:80", 1);
    REQUIRE(parsed.count >= 1);
    for (int i = 0; i < parsed.count; ++i)
        CHECK(tcp.reach(parsed.addresses[i]) == Reach::loopback);
    CHECK(tcp.parse("localhost:80", 1, Names::numeric).count == 0);
}
