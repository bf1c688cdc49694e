#include "commands/globals.hpp"

#include <fmt/format.h>

namespace p2pc::commands {
namespace {

constexpr std::string_view default_server = "tls://localhost:9876";

Status parse_server(const Given& given, const runtime::Environment& environment, GlobalOptions& options) {
    if (const auto text = given.text("server")) {
        auto url = model::ServerUrl::parse(*text);
        if (!url) return given.bad("server", url.error().detail());
        (given.has_argument("server") ? options.server : options.configured) = std::move(*url);
    }
    if (options.server || !environment.server) return {};
    auto url = model::ServerUrl::parse(*environment.server);
    if (!url) return Error{Errc::usage, "P2PC_SERVER: " + url.error().detail()};
    options.server = std::move(*url);
    return {};
}

}  // namespace

model::ServerUrl GlobalOptions::server_or_default() const {
    if (server) return *server;
    if (configured) return *configured;
    return *model::ServerUrl::parse(default_server);
}

Result<GlobalOptions> parse_globals(const Given& given, const runtime::Environment& environment) {
    GlobalOptions options;
    const auto server = parse_server(given, environment, options);
    if (!server) return server.error();
    options.home = given.text("home");
    options.config = given.text("config");
    if (given.has("json")) options.format = Format::json;
    if (given.has("verbose")) options.verbosity = Verbosity::verbose;
    if (given.has("quiet")) options.verbosity = Verbosity::quiet;
    if (const auto text = given.text("color")) {
        const auto colour = terminal::parse_colour(*text);
        if (!colour) {
            return given.bad("color", fmt::format("not auto, always or never: '{}'", *text));
        }
        options.colour = *colour;
    }
    options.dial.tls_ca = given.text("tls-ca");
    if (given.has("insecure-plain")) options.dial.plain = rendezvous::PlainTransports::allowed;
    return options;
}

}  // namespace p2pc::commands
