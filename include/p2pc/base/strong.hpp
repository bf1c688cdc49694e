// Strong<Tag, T>: a number that cannot be mistaken for another number.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace p2pc {

template <class Tag, class T>
class Strong {
  public:
    using value_type = T;
    constexpr Strong() noexcept = default;
    constexpr explicit Strong(T value) noexcept : value_(value) {}
    constexpr T value() const noexcept { return value_; }
    friend constexpr auto operator<=>(const Strong&, const Strong&) noexcept = default;

  private:
    T value_{};
};

using ByteCount = Strong<struct ByteCountTag, std::uint64_t>;
using ByteOffset = Strong<struct ByteOffsetTag, std::uint64_t>;

}  // namespace p2pc

template <class Tag, class T>
struct std::hash<p2pc::Strong<Tag, T>> {
    std::size_t operator()(const p2pc::Strong<Tag, T>& x) const noexcept { return std::hash<T>{}(x.value()); }
};
