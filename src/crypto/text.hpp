// nfc: one spelling for each text, so that a password typed on another keyboard is the same password.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::crypto {

// Unicode normalisation form C. The text may be a secret: what the library allocates is wiped.
//   Errc::malformed   not UTF-8 (surrogates, overlong forms and cut sequences included)
//   Errc::limit       longer than 64 KiB
Result<std::string> nfc(std::string_view text);

// How many code points. REQUIRES: valid UTF-8.
std::size_t code_points(std::string_view text) noexcept;

}  // namespace p2pc::crypto
