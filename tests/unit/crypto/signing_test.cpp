#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/signing.hpp"

using namespace p2pc;

namespace {

template <std::size_t N>
ByteArray<N> hex(std::string_view text) {
    auto bytes = base::from_hex(text);
    REQUIRE(bytes);
    REQUIRE(bytes->size() == N);
    ByteArray<N> out;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

struct Vector {
    std::string_view seed, key, message, signature;
};

// RFC 8032, 7.1, tests 1 to 3.
constexpr Vector rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5"
     "f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
     "aeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15"
     "e9716ed28dc027beceea1ec40a"},
};

}  // namespace

TEST_CASE("keys and signatures are those of RFC 8032", "[crypto][signing]") {
    for (const Vector& v : rfc8032) {
        const crypto::SigningKey key{crypto::Seed{hex<32>(v.seed)}};
        const auto message = base::from_hex(v.message);
        REQUIRE(message);
        CHECK(base::to_hex(key.public_key()) == v.key);
        CHECK(base::to_hex(key.sign(*message)) == v.signature);
        CHECK(crypto::verify(key.public_key(), *message, hex<64>(v.signature)));
    }
}

TEST_CASE("a signature with any bit flipped does not verify", "[crypto][signing]") {
    crypto::SeededRandom random{1};
    const auto key = crypto::SigningKey::generate(random);
    const auto message = as_bytes("alice");
    const auto signature = key.sign(message);
    REQUIRE(crypto::verify(key.public_key(), message, signature));
    for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
        auto forged = signature;
        forged[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        CAPTURE(bit);
        CHECK_FALSE(crypto::verify(key.public_key(), message, forged));
    }
    CHECK_FALSE(crypto::verify(key.public_key(), as_bytes("alicf"), signature));
    CHECK_FALSE(crypto::verify(crypto::SigningKey::generate(random).public_key(), message, signature));
}

TEST_CASE("a key of small order signs nothing", "[crypto][signing]") {
    // The neutral element as key, and a signature that satisfies the bare equation for every message.
    ByteArray<32> neutral{};
    neutral[0] = std::byte{1};
    ByteArray<64> signature{};
    signature[0] = std::byte{1};
    CHECK_FALSE(crypto::verify(neutral, as_bytes("anything"), signature));
}

TEST_CASE("the seed of a key makes the same key again", "[crypto][signing]") {
    crypto::SeededRandom random{2};
    const auto key = crypto::SigningKey::generate(random);
    CHECK(crypto::SigningKey{key.seed()}.public_key() == key.public_key());
}
