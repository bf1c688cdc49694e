#include "crypto/init.hpp"

#include <sodium.h>

namespace p2pc::crypto {

Status init() {
    if (sodium_init() < 0) return Error{Errc::internal, "libsodium does not start"};
    return {};
}

}  // namespace p2pc::crypto
