// GlobalOptions: what every command knows of the user's wishes, parsed.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>
#include <string>

#include "commands/given.hpp"
#include "model/url.hpp"
#include "rendezvous/dialer.hpp"
#include "runtime/environment.hpp"
#include "terminal/colour.hpp"

namespace p2pc::commands {

enum class Format { plain, json };
enum class Verbosity { quiet, normal, verbose };

struct GlobalOptions {
    std::optional<model::ServerUrl> server;      // --server, then P2PC_SERVER: must be the login's
    std::optional<model::ServerUrl> configured;  // of config.toml: only where there is no login
    std::optional<std::string> home;
    std::optional<std::string> config;
    Format format = Format::plain;
    Verbosity verbosity = Verbosity::normal;
    terminal::Colour colour = terminal::Colour::automatic;
    rendezvous::DialOptions dial;

    // Where to register or log in: the user's word, the configuration's, or the default.
    model::ServerUrl server_or_default() const;
};

// Errc::usage
Result<GlobalOptions> parse_globals(const Given& given, const runtime::Environment& environment);

}  // namespace p2pc::commands
