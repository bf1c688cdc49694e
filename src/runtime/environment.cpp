#include "runtime/environment.hpp"

#include <cstdlib>

namespace p2pc::runtime {
namespace {

std::optional<std::string> variable(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

}  // namespace

Environment Environment::of_process() {
    Environment environment;
    environment.server = variable("P2PC_SERVER");
    environment.user = variable("P2PC_USER");
    environment.password_file = variable("P2PC_PASSWORD_FILE");
    environment.password = variable("P2PC_PASSWORD");
    environment.no_color = variable("NO_COLOR");
    environment.term = variable("TERM");
    environment.plugin_path = variable("P2PC_PLUGIN_PATH").value_or("");
    environment.home = home::HomeEnvironment::of_process();
    return environment;
}

}  // namespace p2pc::runtime
