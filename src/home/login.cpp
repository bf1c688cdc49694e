#include "home/login.hpp"

namespace p2pc::home {

Result<Login> Login::make(model::ServerUrl server, const model::PublicKey& founding_key,
                          const model::UserName& user, const model::PublicKey& account_key,
                          const model::DeviceId& device_id, Bytes signed_list) {
    auto list = identity::DeviceList::parse_and_verify(signed_list, account_key, user, founding_key);
    if (!list) return list.error();
    if (list->find(device_id) == nullptr) {
        return Error{Errc::identity, "the device list of '" + user.text() + "' lacks this device"};
    }
    return Login{std::move(server), account_key, device_id, std::move(*list), std::move(signed_list)};
}

}  // namespace p2pc::home
