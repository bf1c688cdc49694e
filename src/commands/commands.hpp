// The table of commands: a name, its words and flags, and how given arguments become something to run.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

// What a command will do, its options parsed. Returns the exit code.
using Runner = std::function<int(Context&)>;

struct Command {
    std::string_view name;
    std::string_view alias;  // or empty
    std::string_view words;  // "RECEIVER PATH..."
    std::string_view summary;
    std::span<const Flag> (*flags)();
    Result<Runner> (*prepare)(const Given&);  // Errc::usage
};

std::span<const Command> all_commands();
// Null: no such command.
const Command* find_command(std::string_view name);
// "unknown command 'snd' (did you mean 'send'?)"
Error unknown_command(std::string_view name);

// "usage: p2pc send [OPTIONS] RECEIVER PATH..."
std::string usage_line(const Command& command);
// What `p2pc help` and `p2pc help COMMAND` print.
std::string general_help();
std::string help_of(const Command& command);

}  // namespace p2pc::commands
