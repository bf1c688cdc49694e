#include "base/encoding.hpp"

namespace p2pc::base {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// All three are the same thing: groups of `bits` of a big-endian bit string.
std::string encode(BytesView bytes, std::string_view digits, unsigned bits) {
    std::string out;
    out.reserve(bytes.size() * 8 / bits + 1);
    std::uint32_t held = 0;
    unsigned have = 0;
    for (std::byte b : bytes) {
        held = (held << 8) | static_cast<std::uint32_t>(b);
        have += 8;
        while (have >= bits) {
            have -= bits;
            out.push_back(digits[(held >> have) & ((1u << bits) - 1)]);
        }
    }
    if (have > 0) out.push_back(digits[(held << (bits - have)) & ((1u << bits) - 1)]);
    return out;
}

Result<Bytes> decode(std::string_view text, std::string_view digits, unsigned bits) {
    Bytes out;
    out.reserve(text.size() * bits / 8);
    std::uint32_t held = 0;
    unsigned have = 0;
    for (char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return Error{Errc::malformed, "not a digit of this encoding"};
        held = (held << bits) | static_cast<std::uint32_t>(digit);
        have += bits;
        if (have >= 8) {
            have -= 8;
            out.push_back(static_cast<std::byte>((held >> have) & 0xff));
        }
    }
    // What is left over must be shorter than a digit and zero, or two texts would mean one value.
    if (have >= bits || (held & ((1u << have) - 1)) != 0) return Error{Errc::malformed, "trailing bits"};
    return out;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    return encode(bytes, hex_digits, 4);
}
Result<Bytes> from_hex(std::string_view text) {
    return decode(text, hex_digits, 4);
}
std::string to_base32(BytesView bytes) {
    return encode(bytes, base32_digits, 5);
}
Result<Bytes> from_base32(std::string_view text) {
    return decode(text, base32_digits, 5);
}

std::string to_base64(BytesView bytes) {
    std::string out = encode(bytes, base64_digits, 6);
    while (out.size() % 4 != 0)
        out.push_back('=');
    return out;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return Error{Errc::malformed, "base64 length"};
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    auto bytes = decode(text.substr(0, text.size() - padding), base64_digits, 6);
    if (bytes && (bytes->size() + padding) % 3 != 0) return Error{Errc::malformed, "base64 padding"};
    return bytes;
}

}  // namespace p2pc::base
