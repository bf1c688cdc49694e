#include "crypto/hash.hpp"
#include "identity/password_keys.hpp"
#include "identity/password_rules.hpp"
#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using identity::check_password;

namespace {

constexpr crypto::PasswordCost cheap{1, 8 * 1024};

identity::PasswordKeys keys_of(std::string_view password, std::string_view name = "alice",
                               const model::PublicKey& server = founding_key()) {
    auto keys = identity::derive_password_keys(password, server, user(name), cheap);
    REQUIRE(keys);
    return std::move(*keys);
}

std::string reason(std::string_view password, std::string_view name = "alice") {
    const auto judged = check_password(password, user(name));
    if (judged) return "";
    CHECK(judged.error().code() == Errc::weak_password);
    return judged.error().detail();
}

}  // namespace

TEST_CASE("a password gives the same keys again, in either spelling", "[identity][password]") {
    const auto one = keys_of("caf\u00e9 au lait");
    const auto other = keys_of("cafe\u0301 au lait");
    CHECK(one.login().public_key() == other.login().public_key());
    CHECK(crypto::same_secret(one.wrapping().view(), other.wrapping().view()));
}

TEST_CASE("another password, user or server gives other keys", "[identity][password]") {
    const auto keys = keys_of("correct horse");
    for (const auto& other :
         {keys_of("correct horsf").login().public_key(), keys_of("correct horse", "bob").login().public_key(),
          keys_of("correct horse", "alice", public_key_of(9)).login().public_key()}) {
        CHECK(keys.login().public_key() != other);
    }
    CHECK_FALSE(crypto::same_secret(keys.wrapping().view(), keys.login().seed().view()));
}

TEST_CASE("the keys of a password are the halves of one Argon2id over the salt of the record",
          "[identity][password]") {
    const auto salt_hash = crypto::hash256(
        {as_bytes(std::string_view{"p2pc/password/v1\0", 17}), founding_key().view(), as_bytes("alice")});
    ByteArray<16> salt;
    std::copy_n(salt_hash.begin(), 16, salt.begin());
    const auto stretched = crypto::stretch_password(as_bytes("correct horse"), salt, cheap);
    REQUIRE(stretched);
    const auto keys = keys_of("correct horse");
    CHECK(crypto::same_secret(keys.login().seed().view(), stretched->view().first<32>()));
    CHECK(crypto::same_secret(keys.wrapping().view(), stretched->view().last<32>()));
}

TEST_CASE("a password that is not UTF-8 gives no keys", "[identity][password]") {
    const auto keys = identity::derive_password_keys("\xff\xfe", founding_key(), user("alice"), cheap);
    REQUIRE_FALSE(keys);
    CHECK(keys.error().code() == Errc::usage);
}

TEST_CASE("a wrapped account key opens with its password and for its owner alone", "[identity][password]") {
    const auto account = key_of(2);
    const auto pub = identity::public_key(account);
    crypto::SeededRandom random{3};
    const auto keys = keys_of("correct horse");
    const identity::WrapOwner owner{user("alice"), founding_key()};
    const Bytes wrapped = wrap_account_key(account, keys, owner, 7, random);
    CHECK(wrapped.size() == identity::wrapped_account_key_size);
    CHECK(*identity::wrapped_version(wrapped) == 7);

    const auto opened = unwrap_account_key(wrapped, keys, owner, pub);
    REQUIRE(opened);
    CHECK(opened->public_key() == account.public_key());

    const auto code = [&](const identity::PasswordKeys& with, const identity::WrapOwner& whose) {
        return unwrap_account_key(wrapped, with, whose, pub).error().code();
    };
    CHECK(code(keys_of("wrong horse"), owner) == Errc::integrity);
    CHECK(code(keys, {user("bob"), founding_key()}) == Errc::integrity);
    CHECK(code(keys, {user("alice"), public_key_of(9)}) == Errc::integrity);
}

TEST_CASE("a wrapped account key with a bit flipped, its version included, does not open",
          "[identity][password]") {
    crypto::SeededRandom random{3};
    const auto keys = keys_of("correct horse");
    const identity::WrapOwner owner{user("alice"), founding_key()};
    const Bytes wrapped = wrap_account_key(key_of(2), keys, owner, 1, random);
    for (std::size_t bit = 0; bit < 8 * wrapped.size(); ++bit) {
        Bytes changed = wrapped;
        changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        CAPTURE(bit);
        CHECK(unwrap_account_key(changed, keys, owner, public_key_of(2)).error().code() == Errc::integrity);
    }
    for (std::size_t size : {std::size_t{0}, std::size_t{7}, wrapped.size() - 1, wrapped.size() + 1}) {
        Bytes cut = wrapped;
        cut.resize(size);
        CHECK(unwrap_account_key(cut, keys, owner, public_key_of(2)).error().code() == Errc::integrity);
        CHECK(identity::wrapped_version(cut).error().code() == Errc::malformed);
    }
}

TEST_CASE("a wrapped key that opens but is not the account's is refused", "[identity][password]") {
    crypto::SeededRandom random{3};
    const auto keys = keys_of("correct horse");
    const identity::WrapOwner owner{user("alice"), founding_key()};
    const Bytes wrapped = wrap_account_key(key_of(9), keys, owner, 1, random);
    CHECK(unwrap_account_key(wrapped, keys, owner, public_key_of(2)).error().code() == Errc::identity);
}

TEST_CASE("a password has 8 characters or more, whatever they take in bytes", "[identity][password]") {
    CHECK(reason("xk4#mzt") == "shorter than 8 characters");
    CHECK(reason("xk4#mztw").empty());
    CHECK(reason("xk4#mztwq").empty());
    CHECK(reason("\u00e9\u00e8\u00ea\u00eb\u00e0\u00e2\u00e4") == "shorter than 8 characters");
    CHECK(reason("\u00e9\u00e8\u00ea\u00eb\u00e0\u00e2\u00e4\u00e5").empty());
    // Eight code points as typed, seven after NFC.
    CHECK(reason("e\u0301bcdfgh") == "shorter than 8 characters");
    CHECK(reason("") == "shorter than 8 characters");
}

TEST_CASE("a password has 1024 bytes or less", "[identity][password]") {
    const std::string pair = "xy";
    std::string text;
    while (text.size() < 1022)
        text += pair;
    CHECK(reason(text + "z").empty());
    CHECK(reason(text + "zz").empty());
    CHECK(reason(text + "zzz") == "longer than 1024 bytes");
    CHECK(reason(std::string(100'000, 'x')) == "longer than 1024 bytes");
}

TEST_CASE("the user name is no password, in any case of its letters", "[identity][password]") {
    CHECK(reason("wonderland-alice", "wonderland-alice") == "it is the user name");
    CHECK(reason("Wonderland-Alice", "wonderland-alice") == "it is the user name");
    CHECK(reason("alice") == "it is the user name");
    CHECK(reason("wonderland-alice", "wonderland-alicf").empty());
}

TEST_CASE("common passwords and repeated characters are refused", "[identity][password]") {
    for (std::string_view bad : {"password", "PassWord", "12345678", "qwertyuiop", "iloveyou", "!@#$%^&*"}) {
        CAPTURE(bad);
        CHECK(reason(bad) == "it is one of the most common passwords");
    }
    CHECK(reason("zzzzzzzzzzzz") == "it is one character repeated");
    CHECK(reason("ZZZZzzzz") == "it is one character repeated");
    CHECK(reason("\xff\xff\xff\xff\xff\xff\xff\xff") == "it is not UTF-8 text");
}

TEST_CASE("a part of a common password, or two of them, is not one", "[identity][password]") {
    CHECK(identity::is_common_password("password"));
    CHECK(identity::is_common_password("zxcvzxcv"));
    CHECK_FALSE(identity::is_common_password("passwor"));
    CHECK_FALSE(identity::is_common_password("asswords"));
    CHECK_FALSE(identity::is_common_password("password password1"));
    CHECK_FALSE(identity::is_common_password("\n"));
    CHECK_FALSE(identity::is_common_password(""));
}
