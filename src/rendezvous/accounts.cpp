#include "rendezvous/accounts.hpp"

#include "identity/keys.hpp"
#include "identity/password_rules.hpp"
#include "rendezvous/open_account.hpp"

namespace p2pc::rendezvous {
namespace {

Result<home::Registration> begin_registration(SignInContext& context, home::LoginStore& store,
                                              const Credentials& who) {
    auto begun = store.load_registration();
    if (!begun) return begun.error();
    if (*begun && (*begun)->user == who.user && (*begun)->founding_key == who.founding_key) {
        return std::move(**begun);
    }
    home::Registration fresh{who.url,
                             who.founding_key,
                             who.user,
                             model::DeviceId{context.random.array<16>()},
                             who.device,
                             crypto::SigningKey::generate(context.random),
                             crypto::SigningKey::generate(context.random)};
    const auto saved = store.save_registration(fresh);
    if (!saved) return saved.error();
    return fresh;
}

Result<LoggedIn> remember(home::LoginStore& store, const Credentials& who,
                          const model::PublicKey& account_key, const model::DeviceId& device, Bytes list,
                          const crypto::SigningKey& device_key, FailedAttempts failed) {
    auto login = home::Login::make(who.url, who.founding_key, who.user, account_key, device, std::move(list));
    if (!login) return login.error();
    const auto saved = store.save(*login, device_key);
    if (!saved) return saved.error();
    return LoggedIn{std::move(*login), failed};
}

}  // namespace

asio::awaitable<Result<LoggedIn>> register_account(SignInContext& context, home::LoginStore& store,
                                                   Credentials credentials, Deadline by) {
    const auto strong = identity::check_password(credentials.password, credentials.user);
    if (!strong) co_return strong.error();
    auto begun = begin_registration(context, store, credentials);
    if (!begun) co_return begun.error();
    auto keys = co_await stretch(context, credentials.password, credentials.founding_key, credentials.user);
    if (!keys) co_return keys.error();

    const auto account_key = identity::public_key(begun->account_key);
    std::vector<identity::Device> devices;
    devices.emplace_back(begun->device_id, begun->device, identity::public_key(begun->device_key));
    const auto list =
        identity::DeviceList::make(credentials.user, credentials.founding_key, 1, std::move(devices));
    if (!list) co_return list.error();
    const Bytes signed_list = list->sign(begun->account_key);
    const identity::WrapOwner owner{credentials.user, credentials.founding_key};
    const Bytes wrapped = identity::wrap_account_key(begun->account_key, *keys, owner, 1, context.random);

    wire::pb::Register request;
    request.set_account_key(account_key.str());
    request.set_login_key(identity::public_key(keys->login()).str());
    request.set_wrapped_key(wire::to_string(wrapped));
    request.set_device_list(wire::to_string(signed_list));
    if (credentials.token) request.set_token(credentials.token->text());
    auto in = co_await sign_in_new(context, credentials.url, credentials.founding_key, credentials.user,
                                   begun->account_key, std::move(request), by);
    if (!in) {
        const auto code = in.error().code();
        if (code == Errc::name_taken || code == Errc::refused) {
            const auto wiped = store.wipe_registration();
            if (!wiped) co_return wiped.error();
        }
        co_return in.error();
    }
    auto remembered = remember(store, credentials, account_key, begun->device_id, signed_list,
                               begun->device_key, failed_attempts(in->welcome));
    co_await in->link->finish(by);
    co_return remembered;
}

namespace {

// One try: password in, list with this device out. Errc::conflict when another device was faster.
asio::awaitable<Result<LoggedIn>> enrol(SignInContext& context, home::LoginStore& store,
                                        const Credentials& who, const identity::PasswordKeys& keys,
                                        FailedAttempts& failed, Deadline by) {
    const std::string token = who.token ? who.token->text() : "";
    auto in = co_await sign_in_password(context, who.url, who.founding_key, who.user, keys, token, by);
    if (!in) co_return in.error();
    // Told once: a try that another device overtook may be the one that heard of them.
    if (in->welcome.failed_attempts() > 0) failed = failed_attempts(in->welcome);
    const auto account_key = model::PublicKey::from(as_bytes(in->welcome.account_key()));
    if (!account_key) co_return account_key.error();
    auto account = open_account(in->welcome, keys, who.user, who.founding_key, *account_key);
    if (!account) co_return account.error();

    const auto device_key = crypto::SigningKey::generate(context.random);
    const model::DeviceId id{context.random.array<16>()};
    identity::Device device{id, who.device, identity::public_key(device_key)};
    const auto list = account->list.with(std::move(device), account->removed);
    if (!list) co_return list.error();
    const Bytes signed_list = list->sign(account->key);
    ClientMessage request;
    request.mutable_enrol_device()->set_device_list(wire::to_string(signed_list));
    request.mutable_enrol_device()->set_device_id(id.str());
    auto done = co_await in->link->ask(std::move(request), by);
    if (!done) co_return done.error();
    auto remembered = remember(store, who, *account_key, id, signed_list, device_key, failed);
    co_await in->link->finish(by);
    co_return remembered;
}

}  // namespace

asio::awaitable<Result<LoggedIn>> log_in(SignInContext& context, home::LoginStore& store,
                                         Credentials credentials, Deadline by) {
    auto keys = co_await stretch(context, credentials.password, credentials.founding_key, credentials.user);
    if (!keys) co_return keys.error();
    Result<LoggedIn> in{Errc::conflict};
    FailedAttempts failed;
    for (int tries = 0; tries < 5; ++tries) {
        in = co_await enrol(context, store, credentials, *keys, failed, by);
        if (in || in.error().code() != Errc::conflict) break;
    }
    co_return in;
}

asio::awaitable<Status> log_out(SignInContext& context, home::LoginStore& store, const home::Login& login,
                                FailedAttempts& failed, Deadline by) {
    Status told;
    auto key = store.device_key(login);
    if (key) {
        std::vector<ClientMessage> first(1);
        first[0].mutable_logout();
        auto in = co_await sign_in_device(context, login, *key, std::move(first), by);
        if (in) {
            failed = failed_attempts(in->welcome);
            auto reply = co_await in->link->reply_ahead(1, by);
            if (!reply) told = reply.error();
        } else {
            told = in.error();
        }
    } else {
        told = key.error();
    }
    const auto wiped = store.wipe();
    if (!wiped) co_return wiped.error();
    co_return told;
}

}  // namespace p2pc::rendezvous
