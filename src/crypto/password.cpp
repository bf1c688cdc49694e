#include "crypto/password.hpp"

#include <sodium.h>

namespace p2pc::crypto {

Result<SecretBytes<64>> stretch_password(BytesView password, const ByteArray<16>& salt, PasswordCost cost) {
    SecretBytes<64> out;
    const int done = crypto_pwhash(reinterpret_cast<unsigned char*>(out.writable().data()), out.size,
                                   reinterpret_cast<const char*>(password.data()), password.size(),
                                   reinterpret_cast<const unsigned char*>(salt.data()), cost.passes,
                                   cost.memory, crypto_pwhash_ALG_ARGON2ID13);
    if (done != 0) return Error{Errc::internal, "no memory to stretch a password"};
    return out;
}

}  // namespace p2pc::crypto
