// Self: who this process is to others. One a process; it outlives the links made with it.
#pragma once

#include "crypto/signing.hpp"
#include "home/login.hpp"

namespace p2pc::peer {

class Self {
  public:
    Self(home::Login login, crypto::SigningKey device_key)
        : login_(std::move(login)), device_key_(std::move(device_key)) {}
    const home::Login& login() const noexcept { return login_; }
    const crypto::SigningKey& device_key() const noexcept { return device_key_; }

  private:
    home::Login login_;
    crypto::SigningKey device_key_;
};

}  // namespace p2pc::peer
