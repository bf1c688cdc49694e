#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"

using namespace p2pc;

TEST_CASE("hash256 is BLAKE2b with 32 bytes of output", "[crypto][hash]") {
    CHECK(base::to_hex(crypto::hash256({})) ==
          "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(base::to_hex(crypto::hash256({as_bytes("abc")})) ==
          "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST_CASE("a hash does not depend on how its bytes were cut", "[crypto][hash]") {
    crypto::Hash256 pieces;
    for (char c : std::string(1000, 'x'))
        pieces.add(std::string_view{&c, 1});
    CHECK(pieces.value() == crypto::hash256({as_bytes(std::string(1000, 'x'))}));
}

TEST_CASE("taking the value of a hash does not end it", "[crypto][hash]") {
    crypto::Hash256 hash;
    hash.add("a");
    CHECK(hash.value() == crypto::hash256({as_bytes("a")}));
    CHECK(hash.value() == crypto::hash256({as_bytes("a")}));
    hash.add("bc");
    CHECK(hash.value() == crypto::hash256({as_bytes("abc")}));
}

TEST_CASE("a keyed hash changes with its key and with its bytes", "[crypto][hash]") {
    ByteArray<32> bytes{};
    const crypto::SecretBytes<32> key{bytes};
    bytes[31] = std::byte{1};
    const crypto::SecretBytes<32> other{bytes};
    const auto value = crypto::keyed_hash256(key, {as_bytes("alice")});
    CHECK(value == crypto::keyed_hash256(key, {as_bytes("al"), as_bytes("ice")}));
    CHECK(value != crypto::keyed_hash256(other, {as_bytes("alice")}));
    CHECK(value != crypto::keyed_hash256(key, {as_bytes("alicf")}));
    CHECK(value != crypto::hash256({as_bytes("alice")}));
}
