// Bytes: owned and borrowed runs of octets, and their way to and from text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;
template <std::size_t N>
using ByteArray = std::array<std::byte, N>;

inline BytesView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::string_view as_text(BytesView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& out, BytesView more) {
    out.insert(out.end(), more.begin(), more.end());
}

// Big-endian, as every integer on our wire.
template <class Unsigned>
void append_be(Bytes& out, Unsigned value) {
    for (std::size_t i = sizeof(Unsigned); i-- > 0;) {
        out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
    }
}

// REQUIRES: at least sizeof(Unsigned) bytes at `from`.
template <class Unsigned>
Unsigned read_be(const std::byte* from) noexcept {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value = static_cast<Unsigned>((value << 8) | static_cast<Unsigned>(from[i]));
    }
    return value;
}

}  // namespace p2pc
