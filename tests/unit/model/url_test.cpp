#include "model/url.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::model;

TEST_CASE("scheme and port are filled in where they are absent", "[model][url]") {
    const std::pair<const char*, const char*> urls[] = {{"localhost", "tls://localhost:9876"},
                                                        {"tcp://localhost", "tcp://localhost:9876"},
                                                        {"example.org:1", "tls://example.org:1"},
                                                        {"tcp://192.0.2.7:65535", "tcp://192.0.2.7:65535"},
                                                        {"[::1]", "tls://[::1]:9876"},
                                                        {"tls://[2001:db8::7]:80", "tls://[2001:db8::7]:80"},
                                                        {"tls://[fe80::1%25]:80", "tls://[fe80::1%25]:80"},
                                                        {"unix:///run/p2pc.sock", "unix:///run/p2pc.sock"}};
    for (const auto& [typed, canonical] : urls) {
        INFO(typed);
        const auto url = ServerUrl::parse(typed);
        REQUIRE(url);
        CHECK(url->text() == canonical);
        const auto again = ServerUrl::parse(url->text());
        REQUIRE(again);
        CHECK(again->text() == canonical);
    }
    CHECK(ServerUrl::parse("[::1]:80")->host() == "::1");
}

TEST_CASE("the port of a server is 1 to 65535 in plain digits", "[model][url]") {
    CHECK(ServerUrl::parse("h:1")->port() == 1);
    CHECK(ServerUrl::parse("h:65535")->port() == 65535);
    for (const char* port : {"0", "65536", "-1", "+1", "12345678901234567890", "80x", "x80", "", " 80", "80 ",
                             "0x50", "8.0", "٨٠"}) {
        for (const char* host : {"h:", "tls://h:", "tls://[::1]:"}) {
            INFO(host << port);
            const auto url = ServerUrl::parse(std::string{host} + port);
            REQUIRE_FALSE(url);
            CHECK(url.error().code() == Errc::usage);
        }
    }
    CHECK_THAT(ServerUrl::parse("h:65536").error().detail(), Catch::Contains("'65536'"));
}

TEST_CASE("what is not a server URL is a usage error without raw bytes", "[model][url]") {
    for (const char* text :
         {"",          "://h",   "TLS://h",     "t ls://h",    "1tls://h", "tls://",
          "tls://:80", ":80",    "::1",         "2001:db8::7", "[::1",     "[]",
          "[]:80",     "[::1]x", "[::1]:80:80", "[host]:80",   "h:80:80",  "user@h",
          "h/path",    "h\n",    "a b",         "h\x1b[31m",   "é.org",    "averyveryverylongscheme://h"}) {
        INFO(text);
        const auto url = ServerUrl::parse(text);
        REQUIRE_FALSE(url);
        CHECK(url.error().code() == Errc::usage);
        for (unsigned char c : url.error().detail()) {
            if (c < 0x20 || c >= 0x7f) FAIL("unescaped: " << url.error().detail());
        }
    }
    CHECK(ServerUrl::parse(std::string(253, 'h')));
    CHECK_FALSE(ServerUrl::parse(std::string(254, 'h')));
}

TEST_CASE("a fingerprint in a URL is whole or refused", "[model][url]") {
    const std::string key = fingerprint(PublicKey{});
    const auto url = ServerUrl::parse("tls://h:80#" + key);
    REQUIRE(url);
    REQUIRE(url->key());
    CHECK(*url->key() == PublicKey{});
    CHECK(url->text() == "tls://h:80");
    CHECK_FALSE(ServerUrl::parse("tls://h:80")->key());
    CHECK_FALSE(ServerUrl::parse("tls://h:80#"));
    CHECK_FALSE(ServerUrl::parse("tls://h:80#" + key.substr(1)));
    CHECK_FALSE(ServerUrl::parse("tls://h:80#" + key + "#" + key));
}

TEST_CASE("a listening address takes port 0 and the defaults it is given", "[model][url]") {
    CHECK(ListenUrl::parse("[::]", "tls", 9876)->text() == "tls://[::]:9876");
    CHECK(ListenUrl::parse("127.0.0.1", "tcp", 0)->text() == "tcp://127.0.0.1:0");
    CHECK(ListenUrl::parse("tcp://127.0.0.1:0", "tls", 9876)->text() == "tcp://127.0.0.1:0");
    CHECK(ListenUrl::parse("unix:///run/x", "tls", 9876)->text() == "unix:///run/x");
    for (const char* text : {"", "h:65536", "h:-1", "h:80x", "h:", "::1", "tcp://"}) {
        INFO(text);
        CHECK_FALSE(ListenUrl::parse(text, "tls", 9876));
    }
}

TEST_CASE("an endpoint from elsewhere is printable, has a scheme and at most 200 characters",
          "[model][url]") {
    const auto endpoint = Endpoint::parse("tls://192.0.2.7:40123");
    REQUIRE(endpoint);
    CHECK(endpoint->text() == "tls://192.0.2.7:40123");
    CHECK(Endpoint::parse("tls://" + std::string(193, 'h')));
    CHECK(Endpoint::parse("tls://" + std::string(194, 'h')));
    CHECK_FALSE(Endpoint::parse("tls://" + std::string(195, 'h')));
    for (const char* text :
         {"", "192.0.2.7:1", "tls://", "://x", "TLS://x", "tls://a b", "tls://\x1b[31m", "tls://é"}) {
        INFO(text);
        CHECK(Endpoint::parse(text).error().code() == Errc::malformed);
    }
}
