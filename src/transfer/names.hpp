// Names of received items: which are taken, which are cleaned, which are refused (docs/trust.md, "Receiving
// files").
//
// Pure functions on bytes, safe from any thread. A name that passes is one component that stays inside its
// folder and cannot be mistaken for one of ours.
#pragma once

#include <cstddef>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::transfer {

inline constexpr std::size_t longest_name = 255;  // bytes; what Linux file systems take
inline constexpr std::string_view own_prefix = ".p2pc-";

enum class AnyNames { no, yes };

// Whether `name` may be a component at all. Errc::refused: empty, ".", "..", with "/" or NUL, not UTF-8,
// over longest_name, or starting with own_prefix in either case (a file system may ignore case).
Status check_component(std::string_view name);

// The name under which a top-level item is kept: with AnyNames::yes byte for byte, otherwise control, bidi
// and invisible characters and a leading "." or "-" become "_". Errc::refused as check_component().
Result<std::string> clean_top_level(std::string_view name, AnyNames any);

// Whether an entry below the top may be kept, which is byte for byte. Errc::refused as check_component(), and
// with AnyNames::no for control characters.
Status check_below_top(std::string_view name, AnyNames any);

// Whether a symlink `depth` folders below the top of its tree may point to `target`: relative, with ".." only
// in front and at most `depth` times, so that it cannot lead out of the tree. Errc::refused.
Status check_link_target(std::string_view target, std::size_t depth, AnyNames any);

enum class Named { file, folder };

// The n-th name for an item whose own is taken: "a.txt" -> "a (2).txt", "bin" -> "bin (2)", but of a folder
// "v1.2" -> "v1.2 (2)". The stem is cut between characters so that the whole stays within longest_name.
// REQUIRES: n >= 2, `name` UTF-8.
std::string numbered(std::string_view name, unsigned n, Named what = Named::file);

}  // namespace p2pc::transfer
