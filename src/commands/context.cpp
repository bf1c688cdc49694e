#include "commands/context.hpp"

#include "commands/exit_codes.hpp"

namespace p2pc::commands {

int Context::run(asio::awaitable<int> command) {
    services.forget_secrets();  // everything has been asked
    const auto ended = runtime::run(services, std::move(command));
    return ended ? *ended : fail(ended.error());
}

int Context::fail(const Error& error, std::string_view hint) {
    if (services.signals().caught() != 0) return exit_code::failed;
    return out.fail(error, hint);
}

}  // namespace p2pc::commands
