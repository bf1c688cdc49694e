// Unicode: strict UTF-8, one character at a time, and what a character does on a terminal.
//
// Strict means RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF. Pure functions, safe from
// any thread, linear in their input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace p2pc::base {

struct Decoded {
    char32_t code = 0;       // U+FFFD when not valid
    std::uint8_t bytes = 1;  // how many to skip; of invalid input the longest start of a character
    bool valid = false;
    bool cut = false;  // not valid only because the input ends: more bytes could make it valid
};

// REQUIRES: `text` is not empty.
Decoded decode_utf8(std::string_view text) noexcept;
// REQUIRES: `code` is a Unicode scalar value.
void append_utf8(std::string& out, char32_t code);

bool is_valid_utf8(std::string_view text) noexcept;
// What JSON may hold: each invalid piece becomes U+FFFD, everything else (control characters too) stays.
std::string to_valid_utf8(std::string_view text);

// Mn, Mc or Me: sits on the character before it.
bool is_mark(char32_t code) noexcept;
// Has a form of its own on a terminal and no other effect: no control, format, bidi, zero-width or other
// default-ignorable character, no line separator, nothing private or unassigned.
bool is_printable(char32_t code) noexcept;

// Columns of a terminal: 0 (marks and what is not printable), 1 or 2.
// Its width in most terminals; marks have none.
unsigned display_width(char32_t code) noexcept;
// Its width in that terminal which draws it widest, where tables differ (libvterm 0.1.4, glibc 2.36): of
// marks, and of symbols that some know as wide. For what must not wrap.
unsigned widest_display(char32_t code) noexcept;
unsigned widest_display(std::string_view text) noexcept;
unsigned display_width(std::string_view text) noexcept;

}  // namespace p2pc::base
