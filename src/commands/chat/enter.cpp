#include "commands/chat/enter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "commands/accounts.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "commands/questions.hpp"
#include "rendezvous/accounts.hpp"
#include "terminal/prompt.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr int most_tries = 3;

class Entrance {
  public:
    Entrance(Context& context, const model::PublicKey& key)
        : context_(context),
          url_(context.globals.server_or_default()),
          key_(key),
          store_(context.services.home()) {}

    Status register_somebody();
    Status log_somebody_in();

  private:
    Result<rendezvous::Credentials> ask(PasswordUse use);
    void welcome(const rendezvous::LoggedIn& in, std::string_view what) {
        tell_failed_attempts(context_.out, in.failed);
        context_.out.notice(fmt::format("{} {}/{} at {}", what, in.login.user().text(),
                                        in.login.device().name.text(), in.login.server().text()));
    }

    Context& context_;
    model::ServerUrl url_;
    model::PublicKey key_;
    home::LoginStore store_;
};

Result<rendezvous::Credentials> Entrance::ask(PasswordUse use) {
    auto user = ask_user(context_, std::nullopt);
    if (!user) return user.error();
    auto password = ask_password(context_, PasswordSource{}, use, *user);
    if (!password) return password.error();
    return rendezvous::Credentials{url_, key_, std::move(*user), device_name_of(EnrolOptions{}),
                                   std::move(*password)};
}

Status Entrance::register_somebody() {
    for (;;) {
        auto who = ask(PasswordUse::chosen);
        if (!who) return who.error();
        const auto name = who->user.text();
        const auto in = context_.wait(rendezvous::register_account(context_.services.sign_in(), store_,
                                                                   std::move(*who), context_.soon()));
        if (in) {
            welcome(*in, "registered");
            return {};
        }
        // Where the name came from the environment, the next one would be the same.
        const bool again = in.error().code() == Errc::name_taken && !context_.services.environment().user;
        if (!again) return from_server(in.error());
        context_.out.notice(fmt::format("the name {} is taken, choose another", name));
    }
}

Status Entrance::log_somebody_in() {
    for (int tries = 1;; ++tries) {
        auto who = ask(PasswordUse::known);
        if (!who) return who.error();
        const auto in = context_.wait(
            rendezvous::log_in(context_.services.sign_in(), store_, std::move(*who), context_.soon()));
        if (in) {
            welcome(*in, "logged in as");
            return {};
        }
        const auto& environment = context_.services.environment();
        const bool typed = !environment.password && !environment.password_file;
        const bool again = in.error().code() == Errc::bad_credentials && typed && tries < most_tries;
        if (!again) return from_server(in.error());
        context_.out.notice(describe(in.error()));
    }
}

}  // namespace

Status enter(Context& context) {
    const auto made = context.services.home().make();
    if (!made) return made.error();
    const auto is_new = terminal::prompt_choice("Are you new here?", "yn", {STDIN_FILENO, STDERR_FILENO});
    if (!is_new) return is_new.error();
    const auto key = ask_founding_key(context, context.globals.server_or_default());
    if (!key) return from_server(key.error());
    Entrance entrance(context, *key);
    return *is_new == 'y' ? entrance.register_somebody() : entrance.log_somebody_in();
}

}  // namespace p2pc::commands::chat
