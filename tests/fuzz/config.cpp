// The configuration file: taken, or refused with its line, and what it says is judged like an argument.
#include "commands/config.hpp"

#include "fuzz/fuzz.hpp"

using namespace p2pc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const auto commands = commands::all_commands();
    const auto& command = commands[input.below(static_cast<unsigned>(commands.size()))];
    commands::Given given;
    const auto read = commands::read_config_text(input.rest(), "config.toml", command, given);
    if (!read) {
        MUST(read.error().code() == Errc::usage);
        MUST(read.error().detail().starts_with("config.toml:"));
        return 0;
    }
    MUST(given.words().empty());
    const auto run = command.prepare(given);
    MUST(run.ok() || run.error().code() == Errc::usage);
    return 0;
}
