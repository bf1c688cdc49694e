// The first bytes of a stranger, judged before anything is spent on them.
//
// Pure function; input is hostile by assumption.
#pragma once

#include <cstddef>
#include <span>

namespace p2pc::tls {

// A record header and the largest ClientHello we read: ours has about 250 bytes.
constexpr std::size_t max_client_hello = 4096;

enum class Hello : unsigned char { incomplete, complete, refused };

// complete: `bytes` starts with one record that holds one whole ClientHello offering TLS 1.3.
// refused: no continuation of `bytes` can become one.
Hello check_client_hello(std::span<const std::byte> bytes) noexcept;

}  // namespace p2pc::tls
