#include "rendezvous/open_account.hpp"

namespace p2pc::rendezvous {

asio::awaitable<Result<identity::PasswordKeys>> stretch(SignInContext& context, std::string& password,
                                                        const model::PublicKey& founding_key,
                                                        const model::UserName& user) {
    auto job = [&] { return identity::derive_password_keys(password, founding_key, user); };
    auto keys = co_await context.dialer.pool().run(std::move(job));
    crypto::wipe(password);
    co_return keys;
}

Result<OpenAccount> open_account(const wire::pb::Welcome& welcome, const identity::PasswordKeys& keys,
                                 const model::UserName& user, const model::PublicKey& founding_key,
                                 const model::PublicKey& account_key) {
    const identity::WrapOwner owner{user, founding_key};
    auto key = identity::unwrap_account_key(as_bytes(welcome.wrapped_key()), keys, owner, account_key);
    if (!key) return Error{Errc::identity, "the account key the server keeps does not open"};
    auto list = identity::DeviceList::parse_and_verify(as_bytes(welcome.device_list()), account_key, user,
                                                       founding_key);
    if (!list) return list.error();
    OpenAccount account{std::move(*key), std::move(*list)};
    for (const auto& text : welcome.removed_devices()) {
        const auto id = model::DeviceId::from(as_bytes(text));
        if (!id) return id.error();
        account.removed.push_back(*id);
    }
    return account;
}

}  // namespace p2pc::rendezvous
