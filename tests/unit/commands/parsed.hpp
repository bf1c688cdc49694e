// A command line as the tests write it, parsed as the program does.
#pragma once

#include <catch2/catch.hpp>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"

namespace p2pc::commands {

inline Result<Given> given_of(const std::vector<std::string>& argv) {
    auto words = split_words_of(argv);
    if (!words) return words.error();
    REQUIRE(words->command);
    const Command* const command = find_command(*words->command);
    REQUIRE(command != nullptr);
    return parse_arguments(*words, command->flags());
}

// Whether the whole line, with the values of its flags, is a right one for its command.
inline Status judged(const std::vector<std::string>& argv) {
    auto given = given_of(argv);
    if (!given) return given.error();
    const auto globals = parse_globals(*given, {});
    if (!globals) return globals.error();
    const auto runner = find_command(*split_words_of(argv)->command)->prepare(*given);
    if (!runner) return runner.error();
    return {};
}

inline std::string complaint(const std::vector<std::string>& argv) {
    const auto status = judged(argv);
    REQUIRE_FALSE(status);
    REQUIRE(status.error().code() == Errc::usage);
    return status.error().detail();
}

}  // namespace p2pc::commands
