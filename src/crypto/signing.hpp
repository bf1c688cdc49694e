// SigningKey: an Ed25519 key pair, made from its 32-byte seed.
//
// Keys and signatures are plain arrays here; identity/ gives them the types of model/.
#pragma once

#include <p2pc/base/bytes.hpp>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::crypto {

class SigningKey {
  public:
    explicit SigningKey(const Seed& seed);
    static SigningKey generate(Random& random) { return SigningKey{random.secret<32>()}; }

    const ByteArray<32>& public_key() const noexcept { return public_; }
    // The same message gives the same signature.
    ByteArray<64> sign(BytesView message) const;
    // What a key file keeps.
    Seed seed() const;

  private:
    SecretBytes<64> secret_;
    ByteArray<32> public_{};
};

// False for a forged signature, and for keys and signatures that are not in canonical form.
bool verify(const ByteArray<32>& public_key, BytesView message, const ByteArray<64>& signature) noexcept;

}  // namespace p2pc::crypto
