#include "model/ids.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::model;

namespace {

PublicKey some_key() {
    ByteArray<32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 37 + 5);
    return PublicKey{bytes};
}

}  // namespace

TEST_CASE("a fingerprint is 52 characters that give the key back", "[model][ids]") {
    const std::string text = fingerprint(some_key());
    CHECK(text.size() == 52);
    const auto back = parse_fingerprint(text);
    REQUIRE(back);
    CHECK(*back == some_key());
    CHECK(fingerprint(PublicKey{}) == std::string(52, 'a'));
}

TEST_CASE("a fingerprint cut, grown or changed in case is a usage error", "[model][ids]") {
    const std::string text = fingerprint(some_key());
    std::string upper = text;
    for (char& c : upper)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const std::string& bad : {std::string{}, text.substr(1), text + "a", upper, text.substr(0, 51) + "1",
                                   text.substr(0, 51) + "b", text.substr(0, 50) + "\xd0\xb0"}) {
        INFO(bad);
        const auto key = parse_fingerprint(bad);
        REQUIRE_FALSE(key);
        CHECK(key.error().code() == Errc::usage);
    }
}

TEST_CASE("an id is made of exactly its bytes", "[model][ids]") {
    const Bytes bytes(33);
    for (std::size_t size : {0u, 15u, 17u, 32u})
        CHECK(SessionId::from(BytesView{bytes}.first(size)).error().code() == Errc::malformed);
    CHECK(SessionId::from(BytesView{bytes}.first(16)));
    CHECK(PublicKey::from(BytesView{bytes}.first(32)));
    CHECK_FALSE(PublicKey::from(BytesView{bytes}));
}

TEST_CASE("a session's text is 26 characters that give the id back", "[model][ids]") {
    ByteArray<16> raw{};
    raw[15] = std::byte{0xff};
    const SessionId id{raw};
    CHECK(id_text(id).size() == 26);
    const auto back = parse_session_id(id_text(id));
    REQUIRE(back);
    CHECK(*back == id);
    for (const char* bad : {"", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaa=", "aaaaaaaaaaaaaaaaaaaaaaaaab"})
        CHECK_FALSE(parse_session_id(bad));
}
