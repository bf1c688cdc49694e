#include "crypto/ristretto.hpp"

namespace p2pc::crypto {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

SecretBytes<32> point_of(const SecretBytes<64>& uniform) {
    SecretBytes<32> point;
    crypto_core_ristretto255_from_hash(raw(point.writable().data()), raw(uniform.view().data()));
    return point;
}

SecretBytes<32> random_scalar(Random& random) {
    for (;;) {
        auto scalar = random.secret<32>();
        // The order of the group is a little above 2^252: below that no value is favoured.
        scalar.writable().back() &= std::byte{0x0f};
        if (sodium_is_zero(raw(scalar.view().data()), scalar.size) == 0) return scalar;
    }
}

Result<SecretBytes<32>> multiply(const SecretBytes<32>& scalar, std::span<const std::byte, 32> point) {
    SecretBytes<32> product;
    // It refuses encodings that are not canonical, and the identity as the product.
    if (crypto_scalarmult_ristretto255(raw(product.writable().data()), raw(scalar.view().data()),
                                       raw(point.data())) != 0) {
        return Error{Errc::malformed, "not a point of the group"};
    }
    return product;
}

}  // namespace p2pc::crypto
