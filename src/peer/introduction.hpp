// Introduction: what the server says of the other end of a session, checked as far as it can be: the device
// list is signed by the account key and has the device. Whether that account key is the right one, the pins
// say (home::Pins::meet), and that its owner is there, the proof on the link.
#pragma once

#include <p2pc/base/result.hpp>
#include <vector>

#include "identity/device_list.hpp"
#include "model/url.hpp"
#include "wire/message.hpp"

namespace p2pc::peer {

class Introduction {
  public:
    //   Errc::malformed, Errc::identity   the server's words contradict themselves
    static Result<Introduction> parse(const model::SessionId& session, const model::Ticket& ticket,
                                      const wire::pb::PeerDescription& peer,
                                      const model::PublicKey& founding_key);

    const model::SessionId& session() const noexcept { return session_; }
    const model::Ticket& ticket() const noexcept { return ticket_; }
    const model::UserName& user() const noexcept { return list_.user(); }
    const identity::Device& device() const noexcept { return *list_.find(device_); }
    const model::PublicKey& account_key() const noexcept { return account_key_; }
    const identity::DeviceList& list() const noexcept { return list_; }
    const std::vector<model::Endpoint>& endpoints() const noexcept { return endpoints_; }
    // The server saw both ends come from one address.
    bool same_address() const noexcept { return same_address_; }

    // Whether a hello on a link of this session is the one introduced; gives the device list it carries,
    // which may be newer.   Errc::identity
    Result<identity::DeviceList> check(const wire::pb::Hello& hello) const;

  private:
    Introduction(const model::SessionId& session, const model::Ticket& ticket, const model::DeviceId& device,
                 const model::PublicKey& account_key, identity::DeviceList list)
        : session_(session),
          ticket_(ticket),
          device_(device),
          account_key_(account_key),
          list_(std::move(list)) {}

    model::SessionId session_;
    model::Ticket ticket_;
    model::DeviceId device_;
    model::PublicKey account_key_;
    identity::DeviceList list_;
    std::vector<model::Endpoint> endpoints_;
    bool same_address_ = false;
};

}  // namespace p2pc::peer
