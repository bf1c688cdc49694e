// The keys of crypto/ in the types of model/.
#pragma once

#include "crypto/signing.hpp"
#include "model/ids.hpp"

namespace p2pc::identity {

model::PublicKey public_key(const crypto::SigningKey& key);
model::Signature sign(const crypto::SigningKey& key, BytesView message);
bool verify(const model::PublicKey& key, BytesView message, const model::Signature& signature);

}  // namespace p2pc::identity
