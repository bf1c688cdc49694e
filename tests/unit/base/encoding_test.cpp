#include "base/encoding.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::base;

namespace {

struct Codec {
    const char* name;
    std::string (*encode)(BytesView);
    Result<Bytes> (*decode)(std::string_view);
};

const Codec codecs[] = {
    {"hex", to_hex, from_hex}, {"base32", to_base32, from_base32}, {"base64", to_base64, from_base64}};

}  // namespace

TEST_CASE("the encodings agree with the vectors of RFC 4648", "[base][encoding]") {
    const char* plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    const char* base64[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    const char* base32[] = {"", "my", "mzxq", "mzxw6", "mzxw6yq", "mzxw6ytb", "mzxw6ytboi"};
    const char* hex[] = {"", "66", "666f", "666f6f", "666f6f62", "666f6f6261", "666f6f626172"};
    for (int i = 0; i < 7; ++i) {
        CHECK(to_base64(as_bytes(plain[i])) == base64[i]);
        CHECK(to_base32(as_bytes(plain[i])) == base32[i]);
        CHECK(to_hex(as_bytes(plain[i])) == hex[i]);
    }
}

TEST_CASE("bytes of any length survive every encoding", "[base][encoding]") {
    for (const auto& codec : codecs) {
        Bytes bytes;
        for (unsigned length = 0; length < 70; ++length) {
            INFO(codec.name << " " << length);
            const auto back = codec.decode(codec.encode(bytes));
            REQUIRE(back);
            CHECK(*back == bytes);
            bytes.push_back(static_cast<std::byte>(length * 73 + 200));
        }
    }
}

// The rule that makes texts comparable as keys: whatever decodes is exactly what encoding would give.
TEST_CASE("no two texts mean the same bytes", "[base][encoding]") {
    constexpr std::string_view alphabet = "aAbBfgzZ0279+/=-_ \n";
    for (const auto& codec : codecs) {
        for (char a : alphabet)
            for (char b : alphabet)
                for (char c : alphabet)
                    for (char d : alphabet) {
                        const std::string whole{a, b, c, d};
                        for (std::size_t length = 1; length <= 4; ++length) {
                            const auto text = whole.substr(0, length);
                            const auto bytes = codec.decode(text);
                            if (bytes && codec.encode(*bytes) != text)
                                FAIL(codec.name << " '" << text << "'");
                        }
                    }
    }
}

TEST_CASE("text that is not of the encoding is malformed", "[base][encoding]") {
    for (const char* text : {"0", "0g", "AA", " 00", "00 "})
        CHECK(from_hex(text).error().code() == Errc::malformed);
    for (const char* text : {"m", "MY", "m1", "my======", "mz"})
        CHECK(from_base32(text).error().code() == Errc::malformed);
    for (const char* text :
         {"Zg", "Zg=", "Zg===", "Zh==", "=Zg=", "====", "Z===", "Zg==Zg==", "Zm9v\n", "Zm-_"})
        CHECK(from_base64(text).error().code() == Errc::malformed);
    CHECK_FALSE(from_hex(std::string_view{"\0\0", 2}));
}
