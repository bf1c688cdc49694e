// seal and open: XChaCha20-Poly1305 of a short secret, bound to what it belongs to.
#pragma once

#include <p2pc/base/result.hpp>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::crypto {

// A sealed message is nonce (24) | ciphertext | tag (16).
constexpr std::size_t seal_overhead = 24 + 16;

// The nonce is drawn from `random`. `associated` is not in the result and must be given again to open.
Bytes seal(const SecretBytes<32>& key, BytesView plain, BytesView associated, Random& random);

// Fills `plain` only when all is genuine.
//   Errc::integrity   another key, other associated data, any changed or missing byte, or another length
//                     than plain.size() + seal_overhead
Status open(const SecretBytes<32>& key, BytesView sealed, BytesView associated, std::span<std::byte> plain);

}  // namespace p2pc::crypto
