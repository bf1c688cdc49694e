#include "crypto/signing.hpp"

#include <sodium.h>

namespace p2pc::crypto {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

SigningKey::SigningKey(const Seed& seed) {
    crypto_sign_seed_keypair(raw(public_.data()), raw(secret_.writable().data()), raw(seed.view().data()));
}

ByteArray<64> SigningKey::sign(BytesView message) const {
    ByteArray<64> signature;
    crypto_sign_detached(raw(signature.data()), nullptr, raw(message.data()), message.size(),
                         raw(secret_.view().data()));
    return signature;
}

Seed SigningKey::seed() const {
    Seed seed;
    crypto_sign_ed25519_sk_to_seed(raw(seed.writable().data()), raw(secret_.view().data()));
    return seed;
}

bool verify(const ByteArray<32>& public_key, BytesView message, const ByteArray<64>& signature) noexcept {
    return crypto_sign_verify_detached(raw(signature.data()), raw(message.data()), message.size(),
                                       raw(public_key.data())) == 0;
}

}  // namespace p2pc::crypto
