// Token: what the operator of a server gives to one person, to be used once instead of a right they have not
// (docs/decisions/0020-admin.md). 160 random bits; as text 32 letters and digits of base32.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::identity {

class Token {
  public:
    static constexpr std::size_t size = 20;

    static Token generate(crypto::Random& random);
    // As typed: in either case, with spaces around it or dashes in it.   Errc::malformed
    static Result<Token> parse(std::string_view text);

    // As it is typed, and as it travels. The caller wipes it.
    std::string text() const;
    // What a server keeps of it. Nothing to guess from: 160 bits need no salt and no slow hash.
    crypto::Hash256Value hash() const;

  private:
    explicit Token(crypto::SecretBytes<size> bytes) : bytes_(std::move(bytes)) {}
    crypto::SecretBytes<size> bytes_;
};

}  // namespace p2pc::identity
