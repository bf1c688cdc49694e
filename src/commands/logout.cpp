#include <fmt/ranges.h>

#include "commands/account_output.hpp"
#include "commands/accounts.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "rendezvous/accounts.hpp"

namespace p2pc::commands {
namespace {

asio::awaitable<int> remove_this(Context& context, Client& client) {
    const AccountRecord account{client.login()};
    rendezvous::FailedAttempts failed;
    auto told = co_await rendezvous::log_out(context.services.sign_in(), client.store(), client.login(),
                                             failed, context.soon());
    tell_failed_attempts(context.out, failed);
    // A device that was removed already is where it wanted to be.
    if (!told && told.error().code() != Errc::not_logged_in) {
        const Error why = from_server(told.error());
        co_return context.fail(why, why.code() == Errc::cannot_connect
                                        ? "the login is wiped here; remove the device with another one"
                                        : "");
    }
    print_account(context.out, account, "logged out");
    co_return exit_code::done;
}

Result<std::vector<identity::Device>> devices_to_remove(const Client& client, const LogoutOptions& options) {
    std::vector<identity::Device> gone;
    std::vector<std::string> names;
    for (const auto& device : client.login().list().devices()) {
        names.push_back(device.name.text());
        if (options.device ? device.name == *options.device : device.id != client.login().device().id) {
            gone.push_back(device);
        }
    }
    if (options.device && gone.empty()) {
        return Error{Errc::not_found, fmt::format("no device '{}' (there are: {})", options.device->text(),
                                                  fmt::join(names, ", "))};
    }
    return gone;
}

asio::awaitable<int> remove_others(Context& context, Client& client, const LogoutOptions& options) {
    const auto by = context.soon();
    std::vector<rendezvous::ClientMessage> nothing;
    auto in = co_await client.sign_in(std::move(nothing), by);
    if (!in) co_return context.fail(in.error());
    const auto gone = devices_to_remove(client, options);
    if (!gone) co_return context.fail(gone.error());
    for (const auto& device : *gone) {
        rendezvous::ClientMessage request;
        request.mutable_remove_device()->set_device_id(device.id.str());
        auto reply = co_await in->link->ask(std::move(request), by);
        // The list names it until its owner signs the next one, though the server may know it no more.
        if (!reply && reply.error().code() == Errc::not_found && !options.device) continue;
        if (!reply) co_return context.fail(from_server(reply.error()));
        AccountRecord account{client.login()};
        account.device = device.name.text();
        print_account(context.out, account, "logged out");
    }
    co_await client.finish(*in, by);
    co_return exit_code::done;
}

}  // namespace

int run_logout(Context& context, const LogoutOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    const bool this_one = options.scope == LogoutScope::one &&
                          (!options.device || *options.device == (*client)->login().device().name);
    return context.run(this_one ? remove_this(context, **client) : remove_others(context, **client, options));
}

}  // namespace p2pc::commands
