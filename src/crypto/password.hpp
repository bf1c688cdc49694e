// stretch_password: 64 bytes of key material from a password, at a price that makes guessing slow.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>

#include "crypto/secret.hpp"

namespace p2pc::crypto {

// Argon2id's price. The default is part of the protocol (docs/decisions/0005-identity.md): another price
// gives other keys. Tests use small ones.
struct PasswordCost {
    std::uint64_t passes = 3;
    std::size_t memory = 64 * 1024 * 1024;  // bytes
};

// Blocks for about 0.1 s and holds `cost.memory` meanwhile: for a pool, not for an event loop.
//   Errc::internal   no memory, or a cost Argon2id does not know
// REQUIRES: `password` is in NFC (text.hpp), so that one password has one spelling.
Result<SecretBytes<64>> stretch_password(BytesView password, const ByteArray<16>& salt, PasswordCost cost);

}  // namespace p2pc::crypto
