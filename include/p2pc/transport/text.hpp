// Text into the fixed arrays of the seam: failures, addresses, binding types.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <p2pc/transport/stream.hpp>
#include <string_view>

namespace p2pc::transport {

// Cut where the array ends; always zero-terminated.
template <std::size_t N>
void set_text(std::array<char, N>& into, std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), N - 1);
    std::copy_n(text.data(), size, into.data());
    into[size] = '\0';
}

inline Failure make_failure(Errc code, std::string_view text) noexcept {
    Failure failure;
    failure.code = code;
    set_text(failure.text, text);
    return failure;
}

inline Binding no_binding() noexcept {
    Binding binding;
    set_text(binding.type, "none");
    return binding;
}

}  // namespace p2pc::transport
