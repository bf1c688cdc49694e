// Ristretto255 (RFC 9496): a group of prime order, as far as CPace needs one (identity/cpace.hpp).
//
// A point is 32 bytes, its one encoding. What is made of a password is a secret until it has been multiplied
// by a random scalar.
#pragma once

#include <p2pc/base/result.hpp>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::crypto {

// "Element derivation": of 64 bytes that look random, a point that looks random.
SecretBytes<32> point_of(const SecretBytes<64>& uniform);

// 252 random bits, never zero.
SecretBytes<32> random_scalar(Random& random);

//   Errc::malformed   `point` encodes none or not in the one way, or it is the identity
// REQUIRES: `scalar` is one of random_scalar().
Result<SecretBytes<32>> multiply(const SecretBytes<32>& scalar, std::span<const std::byte, 32> point);

}  // namespace p2pc::crypto
