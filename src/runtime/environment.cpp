#include "runtime/environment.hpp"

#include <string.h>

#include <cstdlib>

#include "crypto/secret.hpp"

namespace p2pc::runtime {
namespace {

std::optional<std::string> variable(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

// What is in the environment lies in the process's first pages for as long as it runs.
std::optional<std::string> secret_variable(const char* name) {
    char* const in_place = std::getenv(name);
    if (in_place == nullptr || *in_place == '\0') return std::nullopt;
    std::optional<std::string> value{in_place};
    ::explicit_bzero(in_place, value->size());
    return value;
}

}  // namespace

Environment Environment::of_process() {
    Environment environment;
    environment.server = variable("P2PC_SERVER");
    environment.user = variable("P2PC_USER");
    environment.password_file = variable("P2PC_PASSWORD_FILE");
    environment.password = secret_variable("P2PC_PASSWORD");
    environment.token_file = variable("P2PC_TOKEN_FILE");
    environment.token = secret_variable("P2PC_TOKEN");
    environment.invite_code = secret_variable("P2PC_INVITE_CODE");
    environment.no_color = variable("NO_COLOR");
    environment.term = variable("TERM");
    environment.plugin_path = variable("P2PC_PLUGIN_PATH").value_or("");
    environment.home = home::HomeEnvironment::of_process();
    return environment;
}

void Environment::forget_secrets() noexcept {
    for (auto* secret : {&password, &token, &invite_code}) {
        if (*secret) crypto::wipe(**secret);
        secret->reset();
    }
}

}  // namespace p2pc::runtime
