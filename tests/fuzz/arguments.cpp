// The command line: options in any order, every verb; nothing is contacted and nothing read.
#include "commands/arguments.hpp"

#include "commands/commands.hpp"
#include "fuzz/fuzz.hpp"

using namespace p2pc;

namespace {

void check_error(const Error& error) {
    MUST(error.code() == Errc::usage && !error.detail().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // As a kernel keeps them: each ended by a zero byte.
    std::vector<std::string> argv;
    for (auto rest = fuzz::text_of(data, size); !rest.empty();) {
        const auto word = rest.substr(0, rest.find('\0'));
        argv.emplace_back(word);
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    const auto words = commands::split_words_of(argv);
    if (!words) {
        check_error(words.error());
        return 0;
    }
    MUST(words->before_dashes.size() + words->after_dashes.size() <= argv.size());
    if (!words->command) return 0;
    const auto* const command = commands::find_command(*words->command);
    if (command == nullptr) {
        check_error(commands::unknown_command(*words->command));
        return 0;
    }
    const auto given = commands::parse_arguments(*words, command->flags());
    if (!given) {
        check_error(given.error());
        return 0;
    }
    const auto run = command->prepare(*given);
    if (!run) check_error(run.error());
    return 0;
}
