// PasswordKeys: the two keys a password gives, and the account key wrapped under one of them.
//
// The server keeps the login key's public half and the wrapped account key; it never sees the password or
// either secret (docs/decisions/0005-identity.md).
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>
#include <string_view>

#include "crypto/password.hpp"
#include "crypto/random.hpp"
#include "identity/keys.hpp"
#include "model/names.hpp"

namespace p2pc::identity {

class PasswordKeys {
  public:
    PasswordKeys(crypto::SigningKey login, crypto::SecretBytes<32> wrapping)
        : login_(std::move(login)), wrapping_(std::move(wrapping)) {}
    const crypto::SigningKey& login() const noexcept { return login_; }
    const crypto::SecretBytes<32>& wrapping() const noexcept { return wrapping_; }

  private:
    crypto::SigningKey login_;
    crypto::SecretBytes<32> wrapping_;
};

// One Argon2id over NFC(password): blocks for about 0.1 s with 64 MiB, for a pool. No rule for passwords is
// applied here: an old password may break today's.
//   Errc::usage      the password is not UTF-8, or longer than 64 KiB
//   Errc::internal   no memory
Result<PasswordKeys> derive_password_keys(std::string_view password, const model::PublicKey& founding_key,
                                          const model::UserName& user, crypto::PasswordCost cost = {});

// Whose account key a wrapped one is, and at which server.
struct WrapOwner {
    WrapOwner(model::UserName of_user, const model::PublicKey& at_founding_key)
        : user(std::move(of_user)), founding_key(at_founding_key) {}
    model::UserName user;
    model::PublicKey founding_key;
};

// A wrapped account key is version u64 | nonce 24 | ciphertext 32 | tag 16. The version is 1 at registration
// and one more at each change of the password.
constexpr std::size_t wrapped_account_key_size = 8 + 24 + 32 + 16;

Bytes wrap_account_key(const crypto::SigningKey& account_key, const PasswordKeys& keys,
                       const WrapOwner& owner, std::uint64_t version, crypto::Random& random);

// Errc::malformed when it has not the size of one. Not vouched for by anything but a successful unwrap.
Result<std::uint64_t> wrapped_version(BytesView wrapped);

//   Errc::integrity   another password, another owner, or bytes that were changed
//   Errc::identity    opens, but is not the key whose public half is `account_key`
Result<crypto::SigningKey> unwrap_account_key(BytesView wrapped, const PasswordKeys& keys,
                                              const WrapOwner& owner, const model::PublicKey& account_key);

}  // namespace p2pc::identity
