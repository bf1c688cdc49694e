#include "commands/account_output.hpp"
#include "commands/accounts.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "rendezvous/accounts.hpp"

namespace p2pc::commands {

int run_passwd(Context& context, const PasswdOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    const auto& login = (*client)->login();
    auto was = ask_password(context, options.password, PasswordUse::known, login.user());
    if (!was) return context.fail(was.error());
    auto now = ask_new_password(context, options.new_password, login.user());
    if (!now) {
        crypto::wipe(*was);
        return context.fail(now.error());
    }
    rendezvous::PasswordChange change{std::move(*was), std::move(*now)};
    const auto changed = context.wait(rendezvous::change_password(
        context.services.sign_in(), (*client)->store(), login, std::move(change), context.soon()));
    if (!changed) {
        const auto code = changed.error().code();
        const bool unknown = code == Errc::interrupted || code == Errc::timed_out || code == Errc::closed;
        return context.fail(from_server(changed.error()),
                            unknown ? "the old password or the new one counts: try p2pc passwd again" : "");
    }
    tell_failed_attempts(context.out, changed->failed);
    print_account(context.out, AccountRecord{changed->login, changed->failed}, "another password for");
    return exit_code::done;
}

}  // namespace p2pc::commands
