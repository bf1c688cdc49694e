#include "crypto/seal.hpp"

#include <sodium.h>

namespace p2pc::crypto {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(seal_overhead == nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES);

const unsigned char* raw(BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Bytes seal(const SecretBytes<32>& key, BytesView plain, BytesView associated, Random& random) {
    Bytes sealed(plain.size() + seal_overhead);
    const std::span<std::byte> nonce{sealed.data(), nonce_size};
    random.fill(nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(sealed.data() + nonce_size),
                                               nullptr, raw(plain), plain.size(), raw(associated),
                                               associated.size(), nullptr, raw(nonce), raw(key.view()));
    return sealed;
}

Status open(const SecretBytes<32>& key, BytesView sealed, BytesView associated, std::span<std::byte> plain) {
    if (sealed.size() != plain.size() + seal_overhead) return Error{Errc::integrity, "sealed: wrong length"};
    const BytesView body = sealed.subspan(nonce_size);
    const int done = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, raw(body), body.size(),
        raw(associated), associated.size(), raw(sealed), raw(key.view()));
    if (done != 0) return Error{Errc::integrity, "sealed: does not open"};
    return {};
}

}  // namespace p2pc::crypto
