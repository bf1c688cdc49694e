// Login: who this home is, at which server, as which device. A value; login_store.hpp keeps it.
#pragma once

#include <cstdint>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>

#include "identity/device_list.hpp"
#include "model/ids.hpp"
#include "model/names.hpp"
#include "model/url.hpp"

namespace p2pc::home {

class Login {
  public:
    // The device is the one of this id in the list.
    //   Errc::malformed, Errc::identity   as DeviceList::parse_and_verify; identity also when the list has
    //                                     no such device
    static Result<Login> make(model::ServerUrl server, const model::PublicKey& founding_key,
                              const model::UserName& user, const model::PublicKey& account_key,
                              const model::DeviceId& device_id, Bytes signed_list);

    const model::ServerUrl& server() const noexcept { return server_; }
    // The server's key: this is its pin.
    const model::PublicKey& founding_key() const noexcept { return list_.founding_key(); }
    const model::UserName& user() const noexcept { return list_.user(); }
    const model::PublicKey& account_key() const noexcept { return account_key_; }
    const identity::Device& device() const noexcept { return *list_.find(device_id_); }
    const identity::DeviceList& list() const noexcept { return list_; }
    // What a hello carries.
    const Bytes& signed_list() const noexcept { return signed_list_; }

  private:
    Login(model::ServerUrl server, const model::PublicKey& account_key, const model::DeviceId& device_id,
          identity::DeviceList list, Bytes signed_list)
        : server_(std::move(server)),
          account_key_(account_key),
          device_id_(device_id),
          list_(std::move(list)),
          signed_list_(std::move(signed_list)) {}

    model::ServerUrl server_;
    model::PublicKey account_key_;
    model::DeviceId device_id_;
    identity::DeviceList list_;  // has device_id_
    Bytes signed_list_;
};

}  // namespace p2pc::home
