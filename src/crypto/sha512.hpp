// sha512 and hmac_sha512: for what is specified elsewhere and asks for them by name (CPace). Whatever is our
// own hashes with BLAKE2b (hash.hpp).
//
// The pieces count as one text; whoever hashes several fields makes their concatenation unambiguous.
#pragma once

#include <initializer_list>
#include <p2pc/base/bytes.hpp>

#include "crypto/secret.hpp"

namespace p2pc::crypto {

// The bytes that SHA-512 takes in at once.
inline constexpr std::size_t sha512_block = 128;

SecretBytes<64> sha512(std::initializer_list<BytesView> pieces);
SecretBytes<64> hmac_sha512(const SecretBytes<64>& key, std::initializer_list<BytesView> pieces);

}  // namespace p2pc::crypto
