#include "crypto/sha512.hpp"

namespace p2pc::crypto {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

SecretBytes<64> sha512(std::initializer_list<BytesView> pieces) {
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    for (const BytesView piece : pieces)
        crypto_hash_sha512_update(&state, raw(piece.data()), piece.size());
    SecretBytes<64> out;
    crypto_hash_sha512_final(&state, raw(out.writable().data()));
    sodium_memzero(&state, sizeof state);
    return out;
}

SecretBytes<64> hmac_sha512(const SecretBytes<64>& key, std::initializer_list<BytesView> pieces) {
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, raw(key.view().data()), key.size);
    for (const BytesView piece : pieces)
        crypto_auth_hmacsha512_update(&state, raw(piece.data()), piece.size());
    SecretBytes<64> out;
    crypto_auth_hmacsha512_final(&state, raw(out.writable().data()));
    sodium_memzero(&state, sizeof state);
    return out;
}

}  // namespace p2pc::crypto
