// Signing in: a connection to the server, both ends proven, as device, by password, or to register.
//
// Nothing of the user is asked here. The founding key is known before (from the URL, the login, or
// learn_founding_key) and anything else is Errc::identity, whatever the server says.
#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <p2pc/base/result.hpp>
#include <vector>

#include "crypto/random.hpp"
#include "home/login.hpp"
#include "identity/password_keys.hpp"
#include "rendezvous/dialer.hpp"
#include "rendezvous/server_link.hpp"

namespace p2pc::rendezvous {

// A link, and what the server said at its start.
class SignedIn {
  public:
    SignedIn(std::unique_ptr<ServerLink> server_link, wire::pb::Welcome first_words)
        : link(std::move(server_link)), welcome(std::move(first_words)) {}
    std::unique_ptr<ServerLink> link;
    wire::pb::Welcome welcome;
};

// What all of these need; it outlives every await on them.
class SignInContext {
  public:
    SignInContext(Dialer& d, crypto::Random& r) : dialer(d), random(r) {}
    Dialer& dialer;
    crypto::Random& random;
};

// All:  Errc::cannot_connect  Errc::identity  Errc::interrupted  Errc::timed_out, and what a REFUSE says

// Asks an unknown server for its founding key: trust on first use.
asio::awaitable<Result<model::PublicKey>> learn_founding_key(SignInContext& context, model::ServerUrl url,
                                                             Deadline by);

// Requests of the first flight, made when it is known how the server is reached. They are on their way before
// the server has proven who it is.
using FirstRequests = std::function<std::vector<ClientMessage>(transport::Reach)>;

// As the device of `login`. `first` goes with the first flight: one round trip for the login and the
// answers, which are in link->reply_ahead(1), (2) ...   `login` and `device_key` outlive the await.
asio::awaitable<Result<SignedIn>> sign_in_device(SignInContext& context, const home::Login& login,
                                                 const crypto::SigningKey& device_key, FirstRequests first,
                                                 Deadline by);
asio::awaitable<Result<SignedIn>> sign_in_device(SignInContext& context, const home::Login& login,
                                                 const crypto::SigningKey& device_key,
                                                 std::vector<ClientMessage> first, Deadline by);

// By password; `token`, which may be empty, admits one that is blocked.
//   Errc::bad_credentials  Errc::blocked  Errc::bad_token
asio::awaitable<Result<SignedIn>> sign_in_password(SignInContext& context, model::ServerUrl url,
                                                   model::PublicKey founding_key, model::UserName user,
                                                   const identity::PasswordKeys& keys, std::string token,
                                                   Deadline by);

// As a new account, with the registration itself. One with a token waits for the server's proof, so that
// nobody else gets it.   Errc::name_taken  Errc::refused  Errc::bad_token
asio::awaitable<Result<SignedIn>> sign_in_new(SignInContext& context, model::ServerUrl url,
                                              model::PublicKey founding_key, model::UserName user,
                                              const crypto::SigningKey& account_key,
                                              wire::pb::Register request, Deadline by);

}  // namespace p2pc::rendezvous
