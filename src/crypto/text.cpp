#include "crypto/text.hpp"

#include <sodium.h>
#include <utf8proc.h>

#include <cstdlib>

namespace p2pc::crypto {
namespace {

constexpr std::size_t longest = 64 * 1024;
constexpr auto stable_nfc = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

}  // namespace

Result<std::string> nfc(std::string_view text) {
    if (text.size() > longest) return Error{Errc::limit, "text too long to normalise"};
    utf8proc_uint8_t* composed = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &composed, stable_nfc);
    if (size < 0) return Error{Errc::malformed, "not UTF-8"};
    std::string out{reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
    sodium_memzero(composed, static_cast<std::size_t>(size));
    std::free(composed);  // utf8proc_map allocates with malloc
    return out;
}

std::size_t code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (unsigned char c : text)
        count += (c & 0xc0) != 0x80;
    return count;
}

}  // namespace p2pc::crypto
