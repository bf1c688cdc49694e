// Hex, base32 and base64: bytes as text for keys, ids and JSON.
//
// base32 is RFC 4648 in lower case without padding (fingerprints: 32 bytes are 52 characters); base64 is
// RFC 4648 with padding. Decoding is strict: one text for one value, anything else is Errc::malformed.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::base {

std::string to_hex(BytesView bytes);
Result<Bytes> from_hex(std::string_view text);
std::string to_base32(BytesView bytes);
Result<Bytes> from_base32(std::string_view text);
std::string to_base64(BytesView bytes);
Result<Bytes> from_base64(std::string_view text);

}  // namespace p2pc::base
