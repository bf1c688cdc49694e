// LoginStore: a home's one login, its device key, and a registration that was begun.
//
// The device key lies in a file of its own. The account key is on disk only from before a registration is
// sent until it is known to have happened, so that a lost reply can be asked for again. Safe from any
// thread and process; every change takes the home's lock. REQUIRES: HomePaths::make() was called.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>

#include "crypto/signing.hpp"
#include "home/login.hpp"
#include "home/paths.hpp"
#include "home/state_file.hpp"

namespace p2pc::home {

// All that repeats a registration: with the same keys it is the same one.
struct Registration {
    Registration(model::ServerUrl at, const model::PublicKey& at_key, model::UserName name,
                 const model::DeviceId& id, model::DeviceName device_name, crypto::SigningKey account,
                 crypto::SigningKey device_signing)
        : server(std::move(at)),
          founding_key(at_key),
          user(std::move(name)),
          device_id(id),
          device(std::move(device_name)),
          account_key(std::move(account)),
          device_key(std::move(device_signing)) {}
    model::ServerUrl server;
    model::PublicKey founding_key;
    model::UserName user;
    model::DeviceId device_id;
    model::DeviceName device;
    crypto::SigningKey account_key;
    crypto::SigningKey device_key;
};

class LoginStore {
  public:
    explicit LoginStore(const HomePaths& paths);

    //   Errc::not_logged_in   no login here
    //   Errc::corrupt         a file of it is missing, damaged or contradicts the others
    Result<Login> load() const;
    // Errors as load(); not_logged_in when another process logged out meanwhile. REQUIRES: `login` came from
    // load().
    Result<crypto::SigningKey> device_key(const Login& login) const;

    // Remembers a login, and forgets the registration that led to it. With the first device key of a home
    // an empty pin file is made; from then on a missing one is an error.
    //   Errc::conflict   another user, server or device is logged in here
    //   Errc::corrupt    what is there is damaged
    // REQUIRES: `device_key` is the key of login.device().
    Status save(const Login& login, const crypto::SigningKey& device_key);
    // A newer list of the own account. One with a lower serial changes nothing.
    //   Errc::identity   not signed by the account key, or without this device
    Status save_list(Bytes signed_list);
    // Forgets login, device key and registration; pins and reports stay. Works on damaged files too.
    Status wipe();

    // Before the registration is sent. Replaces one that was begun before. Errc::conflict when logged in.
    Status save_registration(const Registration& registration);
    // The one that was begun and whose end is not known, if any.
    Result<std::optional<Registration>> load_registration() const;
    // The server said no for good (the name is taken).
    Status wipe_registration();

  private:
    Status make_pins(const HomeLock& held);

    HomePaths paths_;
    StateFile login_, device_key_, registration_, pins_;
};

}  // namespace p2pc::home
