#include "commands/account_output.hpp"
#include "commands/accounts.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "rendezvous/accounts.hpp"

namespace p2pc::commands {
namespace {

enum class Way { new_account, known_account };

// The login that is here already. Another one than is asked for: Errc::usage.
Result<std::optional<home::Login>> login_here(Context& context, const home::LoginStore& store,
                                              const EnrolOptions& options) {
    const auto login = store.load();
    if (!login) {
        if (login.error().code() == Errc::not_logged_in) return std::optional<home::Login>{};
        return login.error();
    }
    const auto key = store.device_key(*login);
    if (!key) return key.error();
    const auto& named = context.globals.server;
    const bool same_server = !named || (named->key() ? *named->key() == login->founding_key()
                                                     : named->text() == login->server().text());
    if (same_server && (!options.user || *options.user == login->user())) {
        return std::optional<home::Login>{*login};
    }
    return Error{Errc::usage,
                 fmt::format("this home is logged in as {} at {} (p2pc logout, or another --home)",
                             login->user().text(), login->server().text())};
}

// The key of a registration that was begun here at this server, else whatever gives one.
Result<model::PublicKey> founding_key(Context& context, const home::LoginStore& store,
                                      const model::ServerUrl& url) {
    const auto begun = store.load_registration();
    if (!begun) return begun.error();
    if (*begun && !url.key() && (*begun)->server.text() == url.text()) return (*begun)->founding_key;
    return ask_founding_key(context, url);
}

using Entered = Result<rendezvous::LoggedIn>;

Entered enter(Context& context, home::LoginStore& store, Way way, rendezvous::Credentials who) {
    auto& sign_in = context.services.sign_in();
    const auto by = context.soon();
    return way == Way::new_account
               ? context.wait(rendezvous::register_account(sign_in, store, std::move(who), by))
               : context.wait(rendezvous::log_in(sign_in, store, std::move(who), by));
}

// Whether a token would help, and none was given: then a person may have one.
std::optional<std::string_view> token_question(const Entered& entered, bool given) {
    if (entered || given) return std::nullopt;
    const auto code = entered.error().code();
    if (code == Errc::bad_token) return "Token of the operator: ";
    if (code == Errc::blocked) return "A token of the operator admits one more try (empty: none): ";
    return std::nullopt;
}

int enrol(Context& context, const EnrolOptions& options, Way way) {
    const auto made = context.services.home().make();
    if (!made) return context.fail(made.error());
    home::LoginStore store{context.services.home()};
    const auto here = login_here(context, store, options);
    if (!here) return context.fail(here.error());
    auto token = given_token(context, options.token_file);
    if (!token) return context.fail(token.error());
    if (*here && *token && options.token_file) {
        return context.fail(
            Error{Errc::usage, fmt::format("this home is logged in as {}: a token is for one that is not "
                                           "(p2pc logout, or another --home)",
                                           (*here)->user().text())});
    }
    if (*here) {
        print_account(context.out, AccountRecord{**here}, "logged in as");
        return exit_code::done;
    }
    auto user = ask_user(context, options.user);
    if (!user) return context.fail(user.error());
    const auto use = way == Way::new_account ? PasswordUse::chosen : PasswordUse::known;
    auto password = ask_password(context, options.password, use, *user);
    if (!password) return context.fail(password.error());
    const auto url = context.globals.server_or_default();
    const auto key = founding_key(context, store, url);
    if (!key) return context.fail(from_server(key.error()));

    rendezvous::Credentials who{url, *key, *user, device_name_of(options), *password};
    who.token = std::move(*token);
    const bool given = who.token.has_value();
    auto entered = enter(context, store, way, std::move(who));
    if (const auto question = token_question(entered, given)) {
        auto typed = ask_token(*question);
        if (!typed) return context.fail(typed.error());
        if (*typed) {
            rendezvous::Credentials again{url, *key, *user, device_name_of(options), *password};
            again.token = std::move(*typed);
            entered = enter(context, store, way, std::move(again));
        }
    }
    crypto::wipe(*password);
    if (!entered) return context.fail(from_server(entered.error()));
    tell_failed_attempts(context.out, entered->failed);
    print_account(context.out, AccountRecord{entered->login, entered->failed},
                  way == Way::new_account ? "registered" : "logged in as");
    return exit_code::done;
}

asio::awaitable<int> open_window(Context& context, Client& client) {
    const auto by = context.soon();
    std::vector<rendezvous::ClientMessage> first(1);
    first[0].mutable_open_window();
    auto in = co_await client.sign_in(std::move(first), by);
    if (!in) co_return context.fail(in.error());
    auto reply = co_await in->link->reply_ahead(1, by);
    if (!reply) co_return context.fail(from_server(reply.error()));
    co_await client.finish(*in, by);
    print_account(context.out, AccountRecord{client.login(), rendezvous::failed_attempts(in->welcome)},
                  "three more tries of a password for");
    co_return exit_code::done;
}

}  // namespace

int run_register(Context& context, const RegisterOptions& options) {
    return enrol(context, options, Way::new_account);
}

int run_login(Context& context, const LoginOptions& options) {
    if (options.task == LoginTask::log_in) return enrol(context, options, Way::known_account);
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    if (options.user && *options.user != (*client)->login().user()) {
        return context.fail(Error{
            Errc::usage, fmt::format("this home is logged in as {}", (*client)->login().user().text())});
    }
    return context.run(open_window(context, **client));
}

}  // namespace p2pc::commands
