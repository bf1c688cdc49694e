#include "transfer/names.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

namespace p2pc::transfer {
namespace {

Error refused(std::string_view why) {
    return Error{Errc::refused, std::string{why}};
}

// PATH_MAX without its zero byte.
constexpr std::size_t longest_target = 4095;

// One character of a UTF-8 text: its code point and its bytes; no bytes: the text is not UTF-8.
struct Character {
    utf8proc_int32_t code = 0;
    std::size_t bytes = 0;
};

Character first_character(std::string_view text) {
    Character found;
    const auto taken = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                        static_cast<utf8proc_ssize_t>(text.size()), &found.code);
    if (taken > 0) found.bytes = static_cast<std::size_t>(taken);
    return found;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto next = first_character(text);
        if (next.bytes == 0) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

// Characters that a person cannot see, or that change how the rest of the name is seen.
bool deceives(utf8proc_int32_t code) {
    switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_CC:  // controls
        case UTF8PROC_CATEGORY_ZL:  // line and paragraph separators
        case UTF8PROC_CATEGORY_ZP:
            return true;
        case UTF8PROC_CATEGORY_CF:  // bidi, zero-width, soft hyphen, tags ...
            // ... but these few are signs that show, before Arabic and Syriac numbers
            return !((code >= 0x600 && code <= 0x605) || code == 0x6dd || code == 0x70f || code == 0x8e2);
        default:
            break;
    }
    // Letters and marks by category, blank on every screen: the Hangul fillers and the grapheme joiner.
    return code == 0x115f || code == 0x1160 || code == 0x3164 || code == 0xffa0 || code == 0x34f;
}

bool has_own_prefix(std::string_view name) {
    return name.size() >= own_prefix.size() &&
           std::equal(own_prefix.begin(), own_prefix.end(), name.begin(), [](char own, char c) {
               return own == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
           });
}

Status check_controls(std::string_view text, AnyNames any) {
    if (any == AnyNames::yes) return {};
    while (!text.empty()) {
        const auto next = first_character(text);
        if (next.code < 0x20 || (next.code >= 0x7f && next.code < 0xa0)) {
            return refused("a name with control characters (--any-names takes it)");
        }
        text.remove_prefix(next.bytes);
    }
    return {};
}

// Where the extension with its dot starts, or the size of the name. Long or spaced ends ("v. 2 of the plan")
// are no extensions.
std::size_t extension_start(std::string_view name) {
    constexpr std::size_t longest_extension = 32;
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_extension)
        return name.size();
    return name.find(' ', dot) == std::string_view::npos ? dot : name.size();
}

// At most `limit` bytes of `text`, cut between characters.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80)
        --limit;
    return text.substr(0, limit);
}

}  // namespace

Status check_component(std::string_view name) {
    if (name.empty()) return refused("an empty name");
    if (name == "." || name == "..") return refused("a name that means a folder ('.' or '..')");
    if (name.find('/') != std::string_view::npos) return refused("a name with a slash");
    if (name.find('\0') != std::string_view::npos) return refused("a name with a zero byte");
    if (name.size() > longest_name) return refused(fmt::format("a name of over {} bytes", longest_name));
    if (!is_utf8(name)) return refused("a name that is not UTF-8");
    if (has_own_prefix(name)) return refused(fmt::format("a name that starts with {}", own_prefix));
    return {};
}

Result<std::string> clean_top_level(std::string_view name, AnyNames any) {
    if (auto allowed = check_component(name); !allowed) return allowed.error();
    if (any == AnyNames::yes) return std::string{name};
    std::string clean;
    for (auto rest = name; !rest.empty();) {
        const auto next = first_character(rest);
        if (deceives(next.code)) {
            clean.push_back('_');
        } else {
            clean.append(rest.substr(0, next.bytes));
        }
        rest.remove_prefix(next.bytes);
    }
    if (clean.front() == '.' || clean.front() == '-') clean.front() = '_';
    return clean;
}

Status check_below_top(std::string_view name, AnyNames any) {
    if (auto allowed = check_component(name); !allowed) return allowed;
    return check_controls(name, any);
}

Status check_link_target(std::string_view target, std::size_t depth, AnyNames any) {
    if (target.empty()) return refused("a link to nothing");
    if (target.front() == '/') return refused("a link to an absolute path");
    if (target.size() > longest_target) return refused("a link with an overlong target");
    if (target.find('\0') != std::string_view::npos) return refused("a link's target with a zero byte");
    if (!is_utf8(target)) return refused("a link's target that is not UTF-8");
    if (auto allowed = check_controls(target, any); !allowed) return allowed;
    std::size_t ups = 0;
    bool leading = true;
    while (!target.empty()) {
        const auto component = target.substr(0, target.find('/'));
        target.remove_prefix(std::min(component.size() + 1, target.size()));
        const bool is_up = component == "..";
        // Behind a name, which may be a link itself, ".." leads nobody knows where.
        if (is_up && !leading) return refused("a link with '..' behind a name");
        leading = leading && is_up;
        if (is_up && ++ups > depth) return refused("a link that leads out of its tree");
    }
    return {};
}

std::string numbered(std::string_view name, unsigned n, Named what) {
    const auto split = what == Named::folder ? name.size() : extension_start(name);
    const auto extension = name.substr(split);
    const auto number = fmt::format(" ({})", n);
    const auto stem = cut(name.substr(0, split), longest_name - number.size() - extension.size());
    return fmt::format("{}{}{}", stem, number, extension);
}

}  // namespace p2pc::transfer
