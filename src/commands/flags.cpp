#include "commands/flags.hpp"

#include <array>

namespace p2pc::commands {
namespace {

constexpr std::array globals{
    Flag{"server", 0, Takes::value, "URL", "[SCHEME://]HOST[:PORT][#FINGERPRINT] of the server"},
    Flag{"home", 0, Takes::value, "DIR", "the folder of this login"},
    Flag{"json", 0, Takes::nothing, "", "one JSON record a line"},
    Flag{"quiet", 'q', Takes::nothing, "", "neither notices nor progress"},
    Flag{"verbose", 'v', Takes::nothing, "", "say more on stderr"},
    Flag{"color", 0, Takes::value, "auto|always|never", "colours on a terminal"},
    Flag{"tls-ca", 0, Takes::value, "FILE", "a CA certificate that vouches for the server's host name"},
    Flag{"insecure-plain", 0, Takes::nothing, "", "allow unencrypted transports beyond loopback"},
    Flag{"config", 0, Takes::value, "FILE", "the configuration file"},
    Flag{"help", 0, Takes::nothing, "", "this text"},
    Flag{"version", 0, Takes::nothing, "", "the version"},
};

}  // namespace

std::span<const Flag> global_flags() {
    return globals;
}

const Flag* find_long(std::span<const Flag> flags, std::string_view name) {
    for (const Flag& flag : flags) {
        if (flag.has_long() && flag.name == name) return &flag;
    }
    return nullptr;
}

const Flag* find_letter(std::span<const Flag> flags, char letter) {
    for (const Flag& flag : flags) {
        if (flag.letter == letter) return &flag;
    }
    return nullptr;
}

}  // namespace p2pc::commands
