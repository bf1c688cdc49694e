#include "peer/introduction.hpp"

namespace p2pc::peer {
namespace {

constexpr int most_endpoints = 32;  // more are not looked at; at most 8 are tried

}  // namespace

Result<Introduction> Introduction::parse(const model::SessionId& session, const model::Ticket& ticket,
                                         const wire::pb::PeerDescription& peer,
                                         const model::PublicKey& founding_key) {
    const auto user = model::UserName::parse(peer.user());
    if (!user) return Error{Errc::malformed, "the peer's name"};
    const auto device = model::DeviceId::from(as_bytes(peer.device_id()));
    if (!device) return device.error();
    const auto account_key = model::PublicKey::from(as_bytes(peer.account_key()));
    if (!account_key) return account_key.error();
    auto list = identity::DeviceList::parse_and_verify(as_bytes(peer.device_list()), *account_key, *user,
                                                       founding_key);
    if (!list) return list.error();
    if (list->find(*device) == nullptr) {
        return Error{Errc::identity, user->text() + ": the server names a device the account has not"};
    }
    Introduction made{session, ticket, *device, *account_key, std::move(*list)};
    made.same_address_ = peer.same_address();
    for (const auto& text : peer.endpoints()) {
        if (made.endpoints_.size() >= most_endpoints) break;
        auto endpoint = model::Endpoint::parse(text);
        if (endpoint) made.endpoints_.push_back(std::move(*endpoint));
    }
    return made;
}

Result<identity::DeviceList> Introduction::check(const wire::pb::Hello& hello) const {
    const Error wrong{Errc::identity, user().text() + ": the hello on the link is not the one introduced"};
    if (hello.role() != wire::pb::ROLE_PEER || as_bytes(hello.session()).size() != model::SessionId::size ||
        hello.session() != session_.str() || hello.user() != user().text() ||
        hello.device_id() != device_.str() || hello.account_key() != account_key_.str()) {
        return wrong;
    }
    auto list = identity::DeviceList::parse_and_verify(as_bytes(hello.device_list()), account_key_, user(),
                                                       list_.founding_key());
    if (!list) return list.error();
    // A device that has been away carries an older list than the server knows: the newer one counts, and it
    // must have the device with this key.
    if (list->serial() < list_.serial()) list = list_;
    const auto* const device = list->find(device_);
    if (device == nullptr || device->key.str() != hello.key()) return wrong;
    return list;
}

}  // namespace p2pc::peer
