#include "crypto/random.hpp"

#include <sodium.h>

#include <limits>

namespace p2pc::crypto {

std::uint64_t Random::below(std::uint64_t bound) {
    // Values past the last whole multiple of bound would favour the small results, so they are drawn again.
    const std::uint64_t fair = std::numeric_limits<std::uint64_t>::max() / bound * bound;
    for (;;) {
        const auto drawn = read_be<std::uint64_t>(array<8>().data());
        if (drawn < fair) return drawn % bound;
    }
}

void SystemRandom::fill(std::span<std::byte> out) {
    if (out.empty()) return;
    randombytes_buf(out.data(), out.size());
}

void SeededRandom::fill(std::span<std::byte> out) {
    if (out.empty()) return;  // an empty span may have no address, which the library does not allow
    ByteArray<randombytes_SEEDBYTES> key{};
    for (std::size_t i = 0; i < 8; ++i) {
        key[i] = static_cast<std::byte>((seed_ >> (8 * i)) & 0xff);
        key[8 + i] = static_cast<std::byte>((calls_ >> (8 * i)) & 0xff);
    }
    ++calls_;
    randombytes_buf_deterministic(out.data(), out.size(), reinterpret_cast<const unsigned char*>(key.data()));
}

}  // namespace p2pc::crypto
