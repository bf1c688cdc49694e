#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/password.hpp"
#include "crypto/text.hpp"

using namespace p2pc;

namespace {

ByteArray<16> counting_salt() {
    ByteArray<16> salt{};
    for (std::size_t i = 0; i < salt.size(); ++i)
        salt[i] = static_cast<std::byte>(i);
    return salt;
}

std::string stretched(std::string_view password, crypto::PasswordCost cost) {
    auto out = crypto::stretch_password(as_bytes(password), counting_salt(), cost);
    REQUIRE(out);
    return base::to_hex(out->view());
}

}  // namespace

// The expected values come from another implementation, itself checked against RFC 9106, 5.3.
TEST_CASE("passwords are stretched by Argon2id version 1.3", "[crypto][password]") {
    CHECK(stretched("", {1, 8 * 1024}) ==
          "8d2a0fd811d7ef5c5c529b63517e179cecd920bb64073a4b7aed4ad5e80d63fbf55442f0486a1b8d20104ccff2408dd074"
          "77de"
          "fe8af76c6cb8defd13e0c59e3e");
    CHECK(stretched("grüße vom see", {3, 256 * 1024}) ==
          "523a1c5a475917f5ecb7a7e406b2bace83895ed5160e5d32a6e1543476c2382af0b80d0bf6d12bef9392586d3a99522a97"
          "b0c4"
          "db1ee6d54c3f44c6e0a9ef58ed");
}

TEST_CASE("the price of a password is three passes over 64 MiB unless told otherwise", "[crypto][password]") {
    CHECK(stretched("grüße vom see", {}) ==
          "a73b470ae4510b26a73dd1c859dc1b7a4420e17eb44878148e6106562e5dd24b7bce1a5cf1c"
          "ab30d909c3ac7acf087ceee8ab9460e3b54ed80a9394888776c9e");
}

TEST_CASE("a price that Argon2id does not know is an error", "[crypto][password]") {
    const auto out = crypto::stretch_password(as_bytes("x"), counting_salt(), {3, 1024});
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == Errc::internal);
}

TEST_CASE("two spellings of one text normalise to one", "[crypto][text]") {
    auto composed = crypto::nfc("caf\u00e9");
    auto decomposed = crypto::nfc("cafe\u0301");
    REQUIRE(composed);
    REQUIRE(decomposed);
    CHECK(*composed == *decomposed);
    CHECK(*composed == "caf\xc3\xa9");
    CHECK(crypto::code_points(*composed) == 4);
    // Compatibility forms stay what they are: this is NFC, not NFKC.
    CHECK(*crypto::nfc("\ufb01") == "\ufb01");
    CHECK(*crypto::nfc(std::string_view{"a\0b", 3}) == std::string("a\0b", 3));
    CHECK(crypto::nfc("")->empty());
}

TEST_CASE("text that is not strict UTF-8 does not normalise", "[crypto][text]") {
    for (std::string_view bad :
         {"\xff", "a\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
        CAPTURE(base::to_hex(as_bytes(bad)));
        const auto out = crypto::nfc(bad);
        REQUIRE_FALSE(out);
        CHECK(out.error().code() == Errc::malformed);
    }
}

TEST_CASE("a text of 64 KiB normalises and a longer one is refused", "[crypto][text]") {
    CHECK(crypto::nfc(std::string(64 * 1024 - 1, 'x')));
    CHECK(crypto::nfc(std::string(64 * 1024, 'x')));
    const auto out = crypto::nfc(std::string(64 * 1024 + 1, 'x'));
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == Errc::limit);
}
