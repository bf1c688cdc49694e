#include "crypto/hash.hpp"

#include <sodium.h>

namespace p2pc::crypto {

struct Hash256::State {
    crypto_generichash_state of{};
    ~State() { sodium_memzero(&of, sizeof of); }
};

Hash256::Hash256() : state_(std::make_unique<State>()) {
    crypto_generichash_init(&state_->of, nullptr, 0, sizeof(Hash256Value));
}
Hash256::Hash256(const SecretBytes<32>& key) : state_(std::make_unique<State>()) {
    crypto_generichash_init(&state_->of, reinterpret_cast<const unsigned char*>(key.view().data()), key.size,
                            sizeof(Hash256Value));
}
Hash256::Hash256(Hash256&&) noexcept = default;
Hash256& Hash256::operator=(Hash256&&) noexcept = default;
Hash256::~Hash256() = default;

void Hash256::add(BytesView piece) {
    crypto_generichash_update(&state_->of, reinterpret_cast<const unsigned char*>(piece.data()),
                              piece.size());
}

Hash256Value Hash256::value() const {
    State end = *state_;  // finishing destroys a state
    Hash256Value out;
    crypto_generichash_final(&end.of, reinterpret_cast<unsigned char*>(out.data()), out.size());
    return out;
}

Hash256Value hash256(std::initializer_list<BytesView> pieces) {
    Hash256 hash;
    for (BytesView piece : pieces)
        hash.add(piece);
    return hash.value();
}

Hash256Value keyed_hash256(const SecretBytes<32>& key, std::initializer_list<BytesView> pieces) {
    Hash256 hash{key};
    for (BytesView piece : pieces)
        hash.add(piece);
    return hash.value();
}

}  // namespace p2pc::crypto
