#include "identity/keys.hpp"

namespace p2pc::identity {

model::PublicKey public_key(const crypto::SigningKey& key) {
    return model::PublicKey{key.public_key()};
}

model::Signature sign(const crypto::SigningKey& key, BytesView message) {
    return model::Signature{key.sign(message)};
}

bool verify(const model::PublicKey& key, BytesView message, const model::Signature& signature) {
    return crypto::verify(key.array(), message, signature.array());
}

}  // namespace p2pc::identity
