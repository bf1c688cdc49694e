#include "crypto/checksum.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/encoding.hpp"

namespace p2pc::crypto {

struct Checksum::State {
    crypto_hash_sha256_state of{};
};

bool is_checksum(std::string_view algorithm) noexcept {
    return algorithm == sha256_algorithm;
}

Checksum::Checksum() : state_(std::make_unique<State>()) {
    crypto_hash_sha256_init(&state_->of);
}
Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

void Checksum::update(BytesView content) {
    crypto_hash_sha256_update(&state_->of, reinterpret_cast<const unsigned char*>(content.data()),
                              content.size());
}

bool Checksum::add_zeros(std::uint64_t count, const std::atomic<bool>& stop) {
    static constexpr ByteArray<64 * 1024> zeros{};
    while (count > 0) {
        if (stop) return false;
        const auto take = std::min<std::uint64_t>(count, zeros.size());
        update(BytesView{zeros}.first(static_cast<std::size_t>(take)));
        count -= take;
    }
    return true;
}

std::string Checksum::finish() {
    ByteArray<crypto_hash_sha256_BYTES> whole{};
    crypto_hash_sha256_final(&state_->of, reinterpret_cast<unsigned char*>(whole.data()));
    return std::string{sha256_algorithm} + ":" + base::to_hex(whole);
}

}  // namespace p2pc::crypto
