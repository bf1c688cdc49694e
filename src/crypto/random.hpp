// Random: where unpredictable bytes come from, as a parameter of whatever mints keys, ids or nonces.
//
// SystemRandom is the only one a product may use; SeededRandom replays scenarios.
#pragma once

#include <cstdint>
#include <p2pc/base/bytes.hpp>

#include "crypto/secret.hpp"

namespace p2pc::crypto {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;

    template <std::size_t N>
    ByteArray<N> array() {
        ByteArray<N> out;
        fill(out);
        return out;
    }
    template <std::size_t N>
    SecretBytes<N> secret() {
        SecretBytes<N> out;
        fill(out.writable());
        return out;
    }
    // Uniform in [0, bound). REQUIRES: bound > 0
    std::uint64_t below(std::uint64_t bound);
};

// The kernel's generator. Safe from any thread.
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::byte> out) override;
};

// The same bytes for the same seed on every machine. Predictable: for tests only. One thread at a time.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
    void fill(std::span<std::byte> out) override;

  private:
    std::uint64_t seed_;
    std::uint64_t calls_ = 0;
};

}  // namespace p2pc::crypto
