// SecretBytes: N bytes nobody else may see. Wiped when destroyed and when moved from.
//
// Move-only and without formatter, stream operator or ==: logging or comparing a secret does not compile.
// The bytes lie in the object itself: locked pages of their own (sodium_malloc) would cost four mappings a
// secret, and a program that simulates ten thousand devices would run into the system's limit of 65,530.
#pragma once

#include <sodium.h>

#include <p2pc/base/bytes.hpp>
#include <string>

namespace p2pc::crypto {

template <std::size_t N>
class SecretBytes {
  public:
    static constexpr std::size_t size = N;

    SecretBytes() = default;  // all zero: to be filled through writable()
    // Copies; the caller wipes what it copied from.
    explicit SecretBytes(std::span<const std::byte, N> from) { std::memcpy(bytes_.data(), from.data(), N); }
    SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            other.wipe();
        }
        return *this;
    }
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { wipe(); }

    SecretBytes clone() const { return SecretBytes{view()}; }
    std::span<const std::byte, N> view() const noexcept { return bytes_; }
    std::span<std::byte, N> writable() noexcept { return bytes_; }
    void wipe() noexcept { sodium_memzero(bytes_.data(), N); }

  private:
    ByteArray<N> bytes_{};
};

// A seed is 32 random bytes from which a signing key is made; it is what lies in key files.
using Seed = SecretBytes<32>;

// Overwrites what the text or the bytes hold and makes them empty.
inline void wipe(std::string& text) noexcept {
    sodium_memzero(text.data(), text.size());
    text.clear();
}
inline void wipe(Bytes& bytes) noexcept {
    sodium_memzero(bytes.data(), bytes.size());
    bytes.clear();
}

// Takes the same time wherever two runs of equal length differ. For tickets and codes.
inline bool same_secret(BytesView a, BytesView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace p2pc::crypto
