// serve: the directory server, in the foreground.
#pragma once

#include <optional>
#include <vector>

#include "base/log.hpp"
#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/given.hpp"
#include "directory/options.hpp"

namespace p2pc::commands {

struct ServeOptions {
    std::vector<model::ListenUrl> listen;  // at least one
    std::optional<std::string> database;   // absent: in the home
    std::optional<std::string> certificate, key;
    directory::ServerOptions server;
    base::LogLevel log_level = base::LogLevel::info;
    bool allow_root = false;
};

std::span<const Flag> serve_flags();
// Errc::usage
Result<ServeOptions> parse_serve(const Given& given);
int run_serve(Context& context, const ServeOptions& options);

}  // namespace p2pc::commands
