#include "base/unicode.hpp"

#include <utf8proc.h>

namespace p2pc::base {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

struct Lead {
    std::uint8_t length;      // 0: no character starts with this byte
    unsigned char low, high;  // what the second byte may be: shuts out overlong forms and surrogates
    unsigned char bits;       // of the code, in the first byte
};

constexpr Lead lead_of(unsigned char c) {
    if (c >= 0xc2 && c <= 0xdf) return {2, 0x80, 0xbf, 0x1f};
    if (c == 0xe0) return {3, 0xa0, 0xbf, 0x0f};
    if (c == 0xed) return {3, 0x80, 0x9f, 0x0f};
    if (c >= 0xe1 && c <= 0xef) return {3, 0x80, 0xbf, 0x0f};
    if (c == 0xf0) return {4, 0x90, 0xbf, 0x07};
    if (c >= 0xf1 && c <= 0xf3) return {4, 0x80, 0xbf, 0x07};
    if (c == 0xf4) return {4, 0x80, 0x8f, 0x07};
    return {0, 0, 0, 0};
}

}  // namespace

Decoded decode_utf8(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, 1, true, false};
    const Lead lead = lead_of(first);
    if (lead.length == 0) return {0xfffd, 1, false, false};
    char32_t code = first & lead.bits;
    for (std::uint8_t i = 1; i < lead.length; ++i) {
        if (i == text.size()) return {0xfffd, i, false, true};
        const auto c = static_cast<unsigned char>(text[i]);
        const bool fits = i == 1 ? c >= lead.low && c <= lead.high : c >= 0x80 && c <= 0xbf;
        if (!fits) return {0xfffd, i, false, false};
        code = (code << 6) | (c & 0x3f);
    }
    return {code, lead.length, true, false};
}

void append_utf8(std::string& out, char32_t code) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | (code >> 6));
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3f));
        put(0x80 | ((code >> 6) & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const Decoded next = decode_utf8(text);
        if (!next.valid) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

std::string to_valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Decoded next = decode_utf8(text);
        out.append(next.valid ? text.substr(0, next.bytes) : replacement);
        text.remove_prefix(next.bytes);
    }
    return out;
}

bool is_mark(char32_t code) noexcept {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            return true;
        default:
            return false;
    }
}

bool is_printable(char32_t code) noexcept {
    if (code < 0x7f) return code >= 0x20;
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
    if (property->ignorable) return false;
    switch (property->category) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            return true;
    }
}

unsigned display_width(char32_t code) noexcept {
    if (code < 0x7f) return code >= 0x20 ? 1 : 0;
    if (!is_printable(code)) return 0;
    return static_cast<unsigned>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(code)));
}

unsigned widest_display(char32_t code) noexcept {
    if (!is_printable(code)) return 0;
    const unsigned usual = display_width(code);
    if (usual == 0) {
        if (code <= 0x0486) return 0;                     // accents of Latin, Greek and Cyrillic
        return code >= 0x302a && code <= 0x302f ? 2 : 1;  // tone marks of East Asia
    }
    const bool wide_to_some = (code >= 0x3248 && code <= 0x324f) || (code >= 0x4dc0 && code <= 0x4dff) ||
                              (code >= 0x1f000 && code <= 0x1faff);
    return wide_to_some ? 2 : usual;
}

namespace {

unsigned sum(std::string_view text, unsigned (*width_of)(char32_t)) noexcept {
    unsigned width = 0;
    while (!text.empty()) {
        const Decoded next = decode_utf8(text);
        width += width_of(next.code);
        text.remove_prefix(next.bytes);
    }
    return width;
}

}  // namespace

unsigned display_width(std::string_view text) noexcept {
    return sum(text, [](char32_t code) { return display_width(code); });
}

unsigned widest_display(std::string_view text) noexcept {
    return sum(text, [](char32_t code) { return widest_display(code); });
}

}  // namespace p2pc::base
