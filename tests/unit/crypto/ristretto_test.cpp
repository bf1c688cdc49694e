// draft-irtf-cfrg-cpace-21, appendix B.3.10 and B.3.11, and RFC 9496, appendix A.
#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/ristretto.hpp"
#include "crypto/sha512.hpp"

using namespace p2pc;

namespace {

template <std::size_t N>
ByteArray<N> hex(std::string_view text) {
    const auto bytes = base::from_hex(text);
    REQUIRE(bytes);
    REQUIRE(bytes->size() == N);
    ByteArray<N> out;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

crypto::SecretBytes<32> scalar(std::string_view text) {
    return crypto::SecretBytes<32>{hex<32>(text)};
}

constexpr std::string_view some_scalar = "7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05";
constexpr std::string_view some_point = "2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c";

// Gives what it was told, once, and zeros before it.
class Given final : public crypto::Random {
  public:
    Given(int zeros, ByteArray<32> bytes) : zeros_(zeros), bytes_(bytes) {}
    void fill(std::span<std::byte> out) override {
        if (zeros_-- > 0) {
            std::fill(out.begin(), out.end(), std::byte{0});
        } else {
            std::copy_n(bytes_.begin(), out.size(), out.begin());
        }
    }

  private:
    int zeros_;
    ByteArray<32> bytes_;
};

}  // namespace

TEST_CASE("a point is multiplied as the draft of CPace does it", "[crypto][ristretto]") {
    const auto product = crypto::multiply(scalar(some_scalar), hex<32>(some_point));
    REQUIRE(product);
    CHECK(base::to_hex(product->view()) ==
          "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e");
}

TEST_CASE("what encodes no point, or not in the one way, and the identity, are refused",
          "[crypto][ristretto]") {
    const std::string_view refused[] = {
        // The draft's invalid Y1, and the identity.
        "2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c",
        "0000000000000000000000000000000000000000000000000000000000000000",
        // RFC 9496: not canonical, negative, no square, negative x*y, y = 0.
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
        "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    for (const auto text : refused) {
        INFO(text);
        const auto product = crypto::multiply(scalar(some_scalar), hex<32>(text));
        REQUIRE(!product);
        CHECK(product.error().code() == Errc::malformed);
    }
}

TEST_CASE("a point is made of 64 bytes as RFC 9496 does it", "[crypto][ristretto]") {
    const auto of_text = crypto::point_of(
        crypto::sha512({as_bytes("Ristretto is traditionally a short shot of espresso coffee")}));
    CHECK(base::to_hex(of_text.view()) == "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46");
}

TEST_CASE("a scalar has 252 bits and is never zero", "[crypto][ristretto]") {
    ByteArray<32> all_ones;
    all_ones.fill(std::byte{0xff});
    Given random{2, all_ones};
    const auto drawn = crypto::random_scalar(random);
    CHECK(base::to_hex(drawn.view()) == "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f");
}
