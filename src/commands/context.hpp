// Context: what a running command has at hand. Made once a process by the program; outlives the command.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>

#include "commands/globals.hpp"
#include "commands/output.hpp"
#include "runtime/run.hpp"
#include "runtime/services.hpp"

namespace p2pc::commands {

// A connection to the server, hello and answer included (docs/cli.md, "Exit codes": 7).
constexpr Duration connect_time = std::chrono::seconds{10};

class Context {
  public:
    Context(runtime::Services& s, const GlobalOptions& g, Output& o) : services(s), globals(g), out(o) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    runtime::Services& services;
    const GlobalOptions& globals;
    Output& out;

    // Drives the coroutine to its exit code; what escapes from it is reported as an internal error.
    int run(asio::awaitable<int> command);
    // Drives the coroutine to its result, for what has to be known before the next question.
    template <class T>
    Result<T> wait(asio::awaitable<Result<T>> body) {
        std::optional<Result<T>> result;
        const auto ended = runtime::run(services, keep(std::move(body), result));
        if (!ended) return ended.error();
        return std::move(*result);
    }
    // Reports it, unless a signal is about to end the process; the exit code.
    int fail(const Error& error, std::string_view hint = {});
    Deadline soon() const { return services.now() + connect_time; }

  private:
    template <class T>
    static asio::awaitable<int> keep(asio::awaitable<Result<T>> body, std::optional<Result<T>>& result) {
        auto got = co_await std::move(body);
        result.emplace(std::move(got));
        co_return 0;
    }
};

}  // namespace p2pc::commands
