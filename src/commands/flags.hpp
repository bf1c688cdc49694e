// Flags: what a command takes besides its words, as one table from which the parser, the configuration
// file's keys and the help are made.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace p2pc::commands {

enum class Takes {
    nothing,
    value,        // "--flag VALUE", "--flag=VALUE", "-fVALUE", whatever VALUE looks like; the last one counts
    values,       // each one given counts
    maybe_value,  // --flag or --flag=VALUE, never the next word
};

struct Flag {
    std::string_view name;  // without its dashes; one letter: only a short one
    char letter;            // 0: none
    Takes takes;
    std::string_view value;  // what the value is called
    std::string_view help;

    bool has_long() const noexcept { return name.size() > 1; }
};

// Those every command takes, before its name or after it.
std::span<const Flag> global_flags();

const Flag* find_long(std::span<const Flag> flags, std::string_view name);
const Flag* find_letter(std::span<const Flag> flags, char letter);

}  // namespace p2pc::commands
