// Arguments: argv to a command's name and what was given to it. No value is judged here.
//
// The grammar is that of docs/cli.md, "Shape": options in any order and before or after COMMAND, "--" ends
// them, "--wait" never takes the next word.
#pragma once

#include <functional>
#include <optional>
#include <p2pc/base/result.hpp>
#include <span>
#include <string>
#include <vector>

#include "commands/flags.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

// The value of a Takes::maybe_value flag that stands alone.
inline constexpr std::string_view no_value = "\x01";

// argv without the program's name, cut: options and words, and the words behind "--".
struct Words {
    std::optional<std::string> command;
    std::vector<std::string> before_dashes;  // without the command
    std::vector<std::string> after_dashes;
};

// Finds the command among the global options. Errc::usage: an option before it that is not global.
Result<Words> split_words_of(const std::vector<std::string>& argv);

// Whether `--name` stands before any "--": asked where the rest need not make sense.
bool mentions(const std::vector<std::string>& argv, std::string_view name);

// Parses what is left by the flags of the command and the global ones.
//   Errc::usage   unknown option, missing or unwanted value
Result<Given> parse_arguments(const Words& words, std::span<const Flag> own_flags);

// The nearest of `known` to what was typed, when it is near enough to be meant.
std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known);

}  // namespace p2pc::commands
