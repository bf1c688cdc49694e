#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/units.hpp"
#include "commands/serve.hpp"
#include "commands/words.hpp"
#include "directory/limits.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{
    Flag{"listen", 0, Takes::values, "[SCHEME://]ADDR[:PORT]",
         "where to listen (default tls://[::]:9876); repeatable"},
    Flag{"db", 0, Takes::value, "FILE", "the database (default: in the home)"},
    Flag{"cert", 0, Takes::value, "FILE", "a certificate, with --key"},
    Flag{"key", 0, Takes::value, "FILE", "its private key"},
    Flag{"max-users", 0, Takes::value, "N", "accounts at most"},
    Flag{"max-connections", 0, Takes::value, "N", "connections at most"},
    Flag{"registration", 0, Takes::value, "open|closed|invite",
         "who may register; invite: who has a token (p2pc admin token)"},
    Flag{"lockout", 0, Takes::value, "timed|permanent", "after three wrong passwords"},
    Flag{"log-retention", 0, Takes::value, "DURATION", "how long ended sessions are kept (default 30d)"},
    Flag{"audit-retention", 0, Takes::value, "DURATION",
         "how long the audit record goes back (default 365d)"},
    Flag{"limit", 0, Takes::values, "NAME=VALUE",
         "another limit than the default (docs/cli.md has them); repeatable"},
    Flag{"allow-root", 0, Takes::nothing, "", "run as root all the same"},
    Flag{"log-level", 0, Takes::value, "LEVEL", "debug, info, warning, error or off"},
};

constexpr std::string_view default_listen = "[::]";

Status parse_listen(const Given& given, ServeOptions& options) {
    auto texts = given.texts("listen");
    if (texts.empty()) texts.emplace_back(default_listen);
    for (const auto& text : texts) {
        auto url = model::ListenUrl::parse(text, model::default_scheme, model::default_port);
        if (!url) return given.bad("listen", url.error().detail());
        options.listen.push_back(std::move(*url));
    }
    return {};
}

template <class Number>
Status take_number(const Given& given, std::string_view flag, Number& into) {
    const auto number = given.number(flag);
    if (!number) return number.error();
    if (!*number) return {};
    if (**number == 0 || **number > std::numeric_limits<Number>::max()) {
        return given.bad(flag, fmt::format("out of range: {}", **number));
    }
    into = static_cast<Number>(**number);
    return {};
}

Status parse_limits(const Given& given, ServeOptions& options) {
    auto& limits = options.server.limits;
    for (const auto& text : given.texts("limit")) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) return given.bad("limit", fmt::format("not NAME=VALUE: '{}'", text));
        const std::string_view whole{text};
        const auto set = directory::set_limit(limits, whole.substr(0, equals), whole.substr(equals + 1));
        if (!set) return given.bad("limit", set.error().detail());
    }
    const auto fit = directory::check_limits(limits);
    return fit ? Status{} : given.bad("limit", fit.error().detail());
}

Status parse_registration(const Given& given, ServeOptions& options) {
    const auto text = given.text("registration");
    if (!text || *text == "open") return {};
    if (*text != "closed" && *text != "invite")
        return given.bad("registration", fmt::format("not open, closed or invite: '{}'", *text));
    options.server.registration =
        *text == "closed" ? directory::Registration::closed : directory::Registration::invite;
    return {};
}

Status parse_lockout(const Given& given, ServeOptions& options) {
    const auto text = given.text("lockout");
    if (!text || *text == "timed") return {};
    if (*text != "permanent")
        return given.bad("lockout", fmt::format("neither timed nor permanent: '{}'", *text));
    options.server.limits.block.lockout = directory::Lockout::permanent;
    return {};
}

Status parse_retention(const Given& given, ServeOptions& options) {
    const auto span = given.duration("log-retention");
    if (!span) return span.error();
    if (*span) options.server.log_retention = std::chrono::ceil<std::chrono::hours>(**span);
    const auto audit = given.duration("audit-retention");
    if (!audit) return audit.error();
    if (*audit) options.server.audit_retention = std::chrono::ceil<std::chrono::hours>(**audit);
    return {};
}

Status parse_certificate(const Given& given, ServeOptions& options) {
    options.certificate = given.text("cert");
    options.key = given.text("key");
    if (options.certificate.has_value() == options.key.has_value()) return {};
    return Error{Errc::usage, "--cert and --key belong together"};
}

Status parse_level(const Given& given, ServeOptions& options) {
    const auto text = given.text("log-level");
    if (!text || base::parse_log_level(*text, options.log_level)) return {};
    return given.bad("log-level", fmt::format("not debug, info, warning, error or off: '{}'", *text));
}

}  // namespace

std::span<const Flag> serve_flags() {
    return flags;
}

Result<ServeOptions> parse_serve(const Given& given) {
    ServeOptions options;
    const auto none = no_words(given);
    if (!none) return none.error();
    for (const auto& part : {parse_listen, parse_limits, parse_registration, parse_lockout, parse_retention,
                             parse_certificate, parse_level}) {
        const auto parsed = part(given, options);
        if (!parsed) return parsed.error();
    }
    const auto users = take_number(given, "max-users", options.server.limits.users);
    if (!users) return users.error();
    const auto connections = take_number(given, "max-connections", options.server.limits.connections);
    if (!connections) return connections.error();
    options.database = given.text("db");
    if (options.database && options.database->empty()) return given.bad("db", "needs the name of a file");
    options.allow_root = given.has("allow-root");
    if (given.has("insecure-plain")) options.server.plain = directory::PlainBeyondLoopback::allowed;
    return options;
}

}  // namespace p2pc::commands
