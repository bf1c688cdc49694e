// What a password opens: keys, and with what the server keeps, the account itself - for as long as a command
// needs it.
#pragma once

#include <vector>

#include "identity/device_list.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::rendezvous {

// One Argon2id, on the pool; the password is wiped whatever comes of it. REQUIRES: all outlive the await.
asio::awaitable<Result<identity::PasswordKeys>> stretch(SignInContext& context, std::string& password,
                                                        const model::PublicKey& founding_key,
                                                        const model::UserName& user);

class OpenAccount {
  public:
    OpenAccount(crypto::SigningKey account_key, identity::DeviceList known)
        : key(std::move(account_key)), list(std::move(known)) {}
    crypto::SigningKey key;
    identity::DeviceList list;
    std::vector<model::DeviceId> removed;  // still on it: the next one leaves them out
};

// From the Welcome of a password login.
//   Errc::identity   the wrapped key does not open, or is not `account_key`; a list it did not sign
Result<OpenAccount> open_account(const wire::pb::Welcome& welcome, const identity::PasswordKeys& keys,
                                 const model::UserName& user, const model::PublicKey& founding_key,
                                 const model::PublicKey& account_key);

}  // namespace p2pc::rendezvous
