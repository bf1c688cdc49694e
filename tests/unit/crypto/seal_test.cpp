#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/seal.hpp"

using namespace p2pc;

namespace {

// Counts upward from `first`: the nonce of the published vector.
class Counting final : public crypto::Random {
  public:
    explicit Counting(unsigned first) : next_(first) {}
    void fill(std::span<std::byte> out) override {
        for (auto& b : out)
            b = static_cast<std::byte>(next_++);
    }

  private:
    unsigned next_;
};

const crypto::SecretBytes<32>& key() {
    static const crypto::SecretBytes<32> made = Counting{0x80}.secret<32>();
    return made;
}

}  // namespace

TEST_CASE("sealing is the XChaCha20-Poly1305 of draft-irtf-cfrg-xchacha-03", "[crypto][seal]") {
    constexpr std::string_view text =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        "sunscreen "
        "would be it.";
    const auto associated = base::from_hex("50515253c0c1c2c3c4c5c6c7");
    Counting nonce{0x40};
    const Bytes sealed = crypto::seal(key(), as_bytes(text), *associated, nonce);
    CHECK(base::to_hex(sealed) ==
          "404142434445464748494a4b4c4d4e4f5051525354555657"
          "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae"
          "64c6"
          "708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c"
          "9763"
          "7da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
    Bytes opened(text.size());
    REQUIRE(crypto::open(key(), sealed, *associated, opened));
    CHECK(as_text(opened) == text);
}

TEST_CASE("a sealed message with any bit flipped does not open", "[crypto][seal]") {
    crypto::SeededRandom random{1};
    const Bytes sealed = crypto::seal(key(), as_bytes("secret"), as_bytes("alice"), random);
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        Bytes changed = sealed;
        changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        ByteArray<6> plain{};
        const auto opened = crypto::open(key(), changed, as_bytes("alice"), plain);
        CAPTURE(bit);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code() == Errc::integrity);
    }
}

TEST_CASE("a sealed message opens only with its key, its owner and its length", "[crypto][seal]") {
    crypto::SeededRandom random{2};
    Bytes sealed = crypto::seal(key(), as_bytes("secret"), as_bytes("alice"), random);
    Bytes plain(6), shorter(5), longer(7);
    CHECK_FALSE(crypto::open(random.secret<32>(), sealed, as_bytes("alice"), plain));
    CHECK_FALSE(crypto::open(key(), sealed, as_bytes("alicf"), plain));
    CHECK_FALSE(crypto::open(key(), sealed, as_bytes("alice"), shorter));
    CHECK_FALSE(crypto::open(key(), sealed, as_bytes("alice"), longer));
    CHECK(as_text(plain) != "secret");
    CHECK(crypto::open(key(), sealed, as_bytes("alice"), plain));
    CHECK(as_text(plain) == "secret");
    CHECK_FALSE(crypto::open(key(), {}, as_bytes("alice"), plain));
    sealed.pop_back();
    CHECK_FALSE(crypto::open(key(), sealed, as_bytes("alice"), plain));
}

TEST_CASE("the same text sealed twice does not look the same", "[crypto][seal]") {
    crypto::SeededRandom random{3};
    CHECK(crypto::seal(key(), as_bytes("secret"), {}, random) !=
          crypto::seal(key(), as_bytes("secret"), {}, random));
}
