#include "commands/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/config.hpp"
#include "commands/exit_codes.hpp"
#include "crypto/init.hpp"
#include "runtime/run.hpp"

namespace p2pc::commands {
namespace {

// What was found out before anything is run.
struct Prepared {
    Prepared(GlobalOptions g, home::HomePaths h, Runner r)
        : globals(std::move(g)), home(std::move(h)), run(std::move(r)) {}
    GlobalOptions globals;
    home::HomePaths home;
    Runner run;
};

// A file opened later must not become one of the three streams. These fail where a closed one would.
void keep_streams_apart() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
        [[maybe_unused]] const int opened = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

Error with_usage(const Error& error, const Command& command) {
    return Error{error.code(), fmt::format("{} ({})", error.detail(), usage_line(command))};
}

Result<Prepared> prepare(const Command& command, const Words& words,
                         const runtime::Environment& environment) {
    auto given = parse_arguments(words, command.flags());
    if (!given) return with_usage(given.error(), command);
    auto globals = parse_globals(*given, environment);
    if (!globals) return with_usage(globals.error(), command);
    auto run = command.prepare(*given);
    if (!run) return with_usage(run.error(), command);

    auto home = home::HomePaths::resolve(globals->home, environment.home);
    if (!home) return home.error();
    const auto when_missing = globals->config ? WhenMissing::error : WhenMissing::nothing;
    const auto file = globals->config ? std::filesystem::path{*globals->config} : home->config_file();
    const auto read = read_config(file, when_missing, command, *given);
    if (!read) return read.error();
    globals = parse_globals(*given, environment);
    if (!globals) return globals.error();
    run = command.prepare(*given);
    if (!run) return run.error();
    return Prepared{std::move(*globals), std::move(*home), std::move(*run)};
}

int help(Output& out, const Words& words) {
    const bool asks_by_word = words.command == "help";
    std::string about = words.command.value_or("");
    if (asks_by_word) about = words.before_dashes.empty() ? "" : words.before_dashes.front();
    const Command* const command = find_command(about);
    if (command == nullptr && asks_by_word && !about.empty() && about.front() != '-') {
        return out.fail(unknown_command(about));
    }
    out.text(command == nullptr ? general_help() : help_of(*command));
    return exit_code::done;
}

// A transport that is not installed is a wrong argument, and so comes before all that is asked of the home.
bool check_scheme(Context& context) {
    if (!context.globals.server) return true;
    const auto found = context.services.plugins().find(context.globals.server->scheme());
    if (!found) context.fail(found.error());
    return found.ok();
}

Ended run(Prepared& prepared, runtime::Environment environment, Output& out) {
    runtime::Services services{std::move(environment), prepared.home, prepared.globals.dial};
    out.on_reader_gone([&services] { services.signals().deliver(SIGPIPE); });
    Context context{services, prepared.globals, out};
    Ended ended;
    ended.code = check_scheme(context) ? prepared.run(context) : exit_code::usage;
    ended.signal = services.signals().caught();
    out.on_reader_gone(nullptr);
    return ended;
}

Ended run_command(const std::vector<std::string>& argv, const base::Clock& clock,
                  std::optional<Output>& out) {
    if (argv.empty()) {
        out->text(general_help());
        return {};
    }
    if (mentions(argv, "--version")) {
        out->line("p2pc " P2PC_VERSION);
        return {};
    }
    const auto words = split_words_of(argv);
    const bool help_wanted = mentions(argv, "--help");
    if (!words && help_wanted) {
        out->text(general_help());
        return {};
    }
    if (!words) return {out->fail(words.error())};
    if (help_wanted || words->command == "help") return {help(*out, *words)};
    if (!words->command) return {out->fail(Error{Errc::usage, "no command (p2pc help lists them)"})};
    const Command* const command = find_command(*words->command);
    if (command == nullptr) return {out->fail(unknown_command(*words->command))};

    auto environment = runtime::Environment::of_process();
    auto prepared = prepare(*command, *words, environment);
    if (!prepared) return {out->fail(prepared.error())};
    out.emplace(prepared->globals.format, prepared->globals.verbosity, clock);
    const auto ready = crypto::init();
    if (!ready) return {out->fail(ready.error())};
    return run(*prepared, std::move(environment), *out);
}

}  // namespace

Ended run_program(const std::vector<std::string>& argv) {
    keep_streams_apart();
    ::signal(SIGPIPE, SIG_IGN);
    const base::SystemClock clock;
    // Until the arguments are understood, errors go by what they mention.
    const bool quiet = mentions(argv, "-q") || mentions(argv, "--quiet");
    std::optional<Output> out;
    out.emplace(mentions(argv, "--json") ? Format::json : Format::plain,
                quiet ? Verbosity::quiet : Verbosity::normal, clock);
    Ended ended;
    try {
        ended = run_command(argv, clock, out);
    } catch (...) {
        ended.code = out->fail(runtime::what_escaped(std::current_exception()));
    }
    if (ended.signal == 0 && out->reader_gone()) ended.signal = SIGPIPE;
    if (ended.code == exit_code::done && out->lost() != 0) {
        ended.code = out->fail(
            Error{Errc::local_io, fmt::format("cannot write the answer: {}", std::strerror(out->lost()))});
    }
    return ended;
}

}  // namespace p2pc::commands
