#include "commands/item_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace p2pc::commands {
namespace {

// Files wait here while a program runs; more than that at once is somebody's mistake.
constexpr std::size_t most_waiting = 100'000;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
    for (const auto start : starts) {
        if (text.starts_with(start)) return true;
    }
    return false;
}

std::vector<std::string> environment_for(const std::string& from, const peer::ItemOutcome& item) {
    std::vector<std::string> variables;
    for (char** variable = ::environ; *variable != nullptr; ++variable) {
        if (starts_with_any(*variable,
                            {"P2PC_PASSWORD=", "P2PC_PASSWORD_FILE=", "P2PC_TOKEN=", "P2PC_TOKEN_FILE=",
                             "P2PC_FROM=", "P2PC_PATH=", "P2PC_SIZE=", "P2PC_DIGEST="})) {
            continue;
        }
        variables.emplace_back(*variable);
    }
    variables.push_back("P2PC_FROM=" + from);
    variables.push_back("P2PC_PATH=" + item.path.value_or(""));
    variables.push_back(item.size ? fmt::format("P2PC_SIZE={}", item.size->value()) : "P2PC_SIZE=");
    variables.push_back("P2PC_DIGEST=" + item.digest);
    return variables;
}

// posix_spawn's two settings, released whatever happens.
class SpawnSettings {
  public:
    SpawnSettings() {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, STDERR_FILENO, STDOUT_FILENO);
        // Ours ignores SIGPIPE; a program expects what a shell would give it.
        sigset_t all, none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

Error cannot_run(const std::string& program, int number) {
    return Error{Errc::local_io, fmt::format("cannot run '{}': {}", program, std::strerror(number))};
}

bool is_program(const std::string& path) {
    return ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Status ItemProgram::check(const std::string& program) {
    if (program.find('/') != std::string::npos) {
        if (is_program(program)) return {};
        return cannot_run(program, errno);
    }
    const char* const path = std::getenv("PATH");
    std::string_view folders = path == nullptr ? "/usr/bin:/bin" : path;
    for (bool more = true; more;) {
        const auto colon = folders.find(':');
        const auto folder = folders.substr(0, colon);
        if (is_program(fmt::format("{}/{}", folder.empty() ? "." : folder, program))) return {};
        more = colon != std::string_view::npos;
        if (more) folders.remove_prefix(colon + 1);
    }
    return cannot_run(program, ENOENT);
}

ItemProgram::ItemProgram(std::string program) : program_(std::move(program)), thread_(1, most_waiting) {}

Status ItemProgram::run_now(const std::string& from, const peer::ItemOutcome& item) {
    if (stopped_) return Errc::canceled;
    const auto variables = environment_for(from, item);
    std::vector<char*> environment;
    for (const auto& variable : variables)
        environment.push_back(const_cast<char*>(variable.c_str()));
    environment.push_back(nullptr);
    char* const arguments[] = {program_.data(), nullptr};
    const SpawnSettings settings;
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, program_.c_str(), settings.files(), settings.attributes(),
                                      arguments, environment.data());
    if (failed != 0) return cannot_run(program_, failed);
    child_ = child;
    if (stopped_) ::kill(child, SIGTERM);
    // Waited for without being reaped, so that stop() never signals somebody else's process.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    child_ = 0;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (stopped_) return Errc::canceled;
    if (WIFSIGNALED(status)) {
        return Error{Errc::local_io, fmt::format("'{}' was ended by signal {}", program_, WTERMSIG(status))};
    }
    if (WEXITSTATUS(status) != 0) {
        return Error{Errc::local_io, fmt::format("'{}' ended with {}", program_, WEXITSTATUS(status))};
    }
    return {};
}

asio::awaitable<Status> ItemProgram::run(std::string from, peer::ItemOutcome item) {
    auto job = [this, &from, &item] { return run_now(from, item); };
    auto done = co_await thread_.run(std::move(job));
    co_return done;
}

void ItemProgram::stop() noexcept {
    stopped_ = true;
    const int child = child_;
    if (child > 0) ::kill(child, SIGTERM);
}

}  // namespace p2pc::commands
