// Accounts: registering, logging in and out - what ties a home to an account and makes it one of its
// devices (docs/decisions/0005-identity.md).
//
// Passwords come in as text and are wiped before the first answer; Argon2id runs on the pool. The account
// key is in memory only while one of these runs.
#pragma once

#include "home/login_store.hpp"
#include "identity/token.hpp"
#include "rendezvous/failed_attempts.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::rendezvous {

// Who wants in, where, and as what device.
class Credentials {
  public:
    Credentials(model::ServerUrl at, model::PublicKey server_key, model::UserName name,
                model::DeviceName as_device, std::string secret)
        : url(std::move(at)),
          founding_key(server_key),
          user(std::move(name)),
          device(std::move(as_device)),
          password(std::move(secret)) {}
    Credentials(Credentials&&) = default;
    Credentials& operator=(Credentials&&) = default;
    ~Credentials() { crypto::wipe(password); }
    model::ServerUrl url;
    model::PublicKey founding_key;
    model::UserName user;
    model::DeviceName device;
    std::string password;
    std::optional<identity::Token> token;  // of the server's operator
};

class LoggedIn {
  public:
    LoggedIn(home::Login the_login, FailedAttempts attempts)
        : login(std::move(the_login)), failed(attempts) {}
    home::Login login;
    FailedAttempts failed;
};

// Creates the account and logs this home in. Repeating it after a lost reply finishes it.
// With a token of a reset it replaces the account key of an account that is there.
//   Errc::weak_password  Errc::name_taken  Errc::refused  Errc::conflict (logged in already)
//   Errc::bad_token  Errc::account_blocked
asio::awaitable<Result<LoggedIn>> register_account(SignInContext& context, home::LoginStore& store,
                                                   Credentials credentials, Deadline by);

// Makes this home a device of the account; a device name that is taken gets "-2".
// A token admits one try of a password that is blocked.
//   Errc::bad_credentials  Errc::blocked  Errc::identity (the server's account key is not the wrapped one)
//   Errc::bad_token  Errc::account_blocked
asio::awaitable<Result<LoggedIn>> log_in(SignInContext& context, home::LoginStore& store,
                                         Credentials credentials, Deadline by);

// Puts another password in the place of the old one: one statement of the account key, which stays the same.
// This home's device list is the newer one then.
//   Errc::bad_credentials, Errc::blocked   the old one, as at any login
//   Errc::weak_password                    the new one
//   Errc::interrupted                      the reply was lost: either of the two counts
class PasswordChange {
  public:
    PasswordChange(std::string old_password, std::string new_password)
        : was(std::move(old_password)), now(std::move(new_password)) {}
    PasswordChange(PasswordChange&&) = default;
    PasswordChange& operator=(PasswordChange&&) = default;
    ~PasswordChange() {
        crypto::wipe(was);
        crypto::wipe(now);
    }
    std::string was, now;
};
asio::awaitable<Result<LoggedIn>> change_password(SignInContext& context, home::LoginStore& store,
                                                  home::Login login, PasswordChange change, Deadline by);

// Removes this device at the server and forgets the login here, the latter also when the former fails.
// `failed`: what the Welcome said.
asio::awaitable<Status> log_out(SignInContext& context, home::LoginStore& store, const home::Login& login,
                                FailedAttempts& failed, Deadline by);

}  // namespace p2pc::rendezvous
