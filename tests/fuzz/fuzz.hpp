// What the fuzz targets share: the properties that must hold, and the input in pieces.
//
// A target is one function over bytes that may be anything. It may refuse them; it may not break a property,
// and costs what docs/assurance.md allows. The same source is a program under libFuzzer and a test that runs
// the files of corpus/TARGET (cmake/P2pcFuzz.cmake).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <p2pc/base/bytes.hpp>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace p2pc::fuzz {

[[noreturn]] inline void broken(const char* what, const char* file, int line) {
    fmt::print(stderr, "{}:{}: does not hold: {}\n", file, line, what);
    std::abort();
}

// The input as it is.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// The input taken from the front; where it has ended, zeros and nothing.
class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : left_(text_of(data, size)) {}

    bool empty() const noexcept { return left_.empty(); }
    std::string_view take(std::size_t most) {
        const auto taken = left_.substr(0, most);
        left_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest() { return take(left_.size()); }
    // Big-endian.
    template <class Unsigned>
    Unsigned number() {
        Unsigned value = 0;
        for (const char c : take(sizeof(Unsigned)))
            value = static_cast<Unsigned>((value << 8) | static_cast<unsigned char>(c));
        return value;
    }
    std::uint8_t byte() { return number<std::uint8_t>(); }
    // Below `end`. REQUIRES: 0 < end <= 256.
    unsigned below(unsigned end) { return byte() % end; }
    // A length in one byte, and so many bytes.
    std::string_view piece() {
        const std::size_t size = byte();
        return take(size);
    }

  private:
    std::string_view left_;
};

}  // namespace p2pc::fuzz

// A property of the target; in every build.
#define MUST(...)                                                                 \
    do {                                                                          \
        if (!(__VA_ARGS__)) p2pc::fuzz::broken(#__VA_ARGS__, __FILE__, __LINE__); \
    } while (false)
