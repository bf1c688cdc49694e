// Another password in the place of the old one.
#include "identity/keys.hpp"
#include "identity/password_rules.hpp"
#include "rendezvous/accounts.hpp"
#include "rendezvous/open_account.hpp"

namespace p2pc::rendezvous {
namespace {

// One try. Errc::conflict when another statement was faster.
asio::awaitable<Result<LoggedIn>> replace_password(SignInContext& context, home::LoginStore& store,
                                                   const home::Login& login,
                                                   const identity::PasswordKeys& was,
                                                   const identity::PasswordKeys& now, FailedAttempts& failed,
                                                   Deadline by) {
    auto in =
        co_await sign_in_password(context, login.server(), login.founding_key(), login.user(), was, "", by);
    if (!in) co_return in.error();
    if (in->welcome.failed_attempts() > 0) failed = failed_attempts(in->welcome);
    if (in->welcome.account_key() != login.account_key().str()) {
        co_return Error{Errc::identity, "the server shows another account key than this home has"};
    }
    auto account = open_account(in->welcome, was, login.user(), login.founding_key(), login.account_key());
    if (!account) co_return account.error();
    // A list made from an old one would bring removed devices back.
    if (account->list.serial() < login.list().serial()) {
        co_return Error{Errc::identity, "the server shows an old device list of this account"};
    }
    const auto list = account->list.without_any(account->removed);
    if (!list) co_return list.error();
    if (list->find(login.device().id) == nullptr) {
        co_return Error{Errc::not_logged_in, "this device was removed"};
    }
    const auto version = identity::wrapped_version(as_bytes(in->welcome.wrapped_key()));
    if (!version) co_return version.error();
    const identity::WrapOwner owner{login.user(), login.founding_key()};
    const Bytes wrapped = identity::wrap_account_key(account->key, now, owner, *version + 1, context.random);
    Bytes signed_list = list->sign(account->key);

    ClientMessage request;
    auto* const change = request.mutable_change_password();
    change->set_device_list(wire::to_string(signed_list));
    change->set_device_id(login.device().id.str());
    change->set_login_key(identity::public_key(now.login()).str());
    change->set_wrapped_key(wire::to_string(wrapped));
    auto done = co_await in->link->ask(std::move(request), by);
    if (!done) co_return done.error();
    co_await in->link->finish(by);
    const auto saved = store.save_list(signed_list);
    if (!saved) co_return saved.error();
    auto newer = home::Login::make(login.server(), login.founding_key(), login.user(), login.account_key(),
                                   login.device().id, std::move(signed_list));
    if (!newer) co_return newer.error();
    co_return LoggedIn{std::move(*newer), failed};
}

}  // namespace

asio::awaitable<Result<LoggedIn>> change_password(SignInContext& context, home::LoginStore& store,
                                                  home::Login login, PasswordChange change, Deadline by) {
    const auto strong = identity::check_password(change.now, login.user());
    if (!strong) co_return strong.error();
    auto was = co_await stretch(context, change.was, login.founding_key(), login.user());
    if (!was) co_return was.error();
    auto now = co_await stretch(context, change.now, login.founding_key(), login.user());
    if (!now) co_return now.error();
    Result<LoggedIn> changed{Errc::conflict};
    FailedAttempts failed;
    for (int tries = 0; tries < 5; ++tries) {
        changed = co_await replace_password(context, store, login, *was, *now, failed, by);
        if (changed || changed.error().code() != Errc::conflict) break;
    }
    co_return changed;
}

}  // namespace p2pc::rendezvous
