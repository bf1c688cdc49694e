// Checksum: a digest of a file that people can compare with another tool's, such as sha256sum
// (`send --checksum`). It goes beside the file's own digest (digest.hpp), and only where it was asked for.
//
// One thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <string>
#include <string_view>

namespace p2pc::crypto {

inline constexpr std::string_view sha256_algorithm = "sha256";

// Whether Checksum can make it.
bool is_checksum(std::string_view algorithm) noexcept;

class Checksum {
  public:
    // Of SHA-256, the only algorithm so far.
    Checksum();
    ~Checksum();
    Checksum(Checksum&&) noexcept;
    Checksum& operator=(Checksum&&) noexcept;

    void update(BytesView content);
    // As update() with so many zeros, and as expensive: an hour for a TiB, so it ends in between when `stop`
    // is set, by whatever thread. False: it was, and the checksum is of no use.
    bool add_zeros(std::uint64_t count, const std::atomic<bool>& stop);
    // "sha256:" and 64 hex digits. REQUIRES: called once, and nothing afterwards.
    std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace p2pc::crypto
