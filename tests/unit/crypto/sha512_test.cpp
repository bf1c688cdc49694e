#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/sha512.hpp"

using namespace p2pc;

TEST_CASE("sha512 is that of FIPS 180-4, in however many pieces", "[crypto][sha512]") {
    constexpr std::string_view abc =
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    CHECK(base::to_hex(crypto::sha512({as_bytes("abc")}).view()) == abc);
    CHECK(base::to_hex(crypto::sha512({as_bytes("a"), {}, as_bytes("bc")}).view()) == abc);
}

TEST_CASE("hmac_sha512 is HMAC of RFC 2104 with a key of 64 bytes", "[crypto][sha512]") {
    ByteArray<64> key;
    key.fill(std::byte{0x0b});
    const crypto::SecretBytes<64> secret{key};
    // Worked out with another implementation.
    CHECK(base::to_hex(crypto::hmac_sha512(secret, {as_bytes("Hi "), as_bytes("There")}).view()) ==
          "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"
          "ac2878ebd5803f6f0b61dbce5e251ff8789a4722c1be65aea45fd464e89f8f5b");
}
