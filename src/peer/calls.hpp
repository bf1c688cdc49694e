// Calls: how sessions come about - as caller through the server, and as callee from its IncomingCall.
//
// One a process; one loop. REQUIRES: everything given by reference outlives every await.
#pragma once

#include "home/pins.hpp"
#include "peer/candidates.hpp"
#include "peer/listener.hpp"
#include "peer/session.hpp"
#include "rendezvous/online.hpp"

namespace p2pc::peer {

class Calls {
  public:
    Calls(rendezvous::SignInContext& context, const Self& self, home::Pins& pins, rendezvous::Online& online,
          PrivateRanges private_ranges);

    // Where to listen; also announced by Online (endpoints()). At most once.
    Status listen(const model::ListenUrl& at);
    std::vector<model::Endpoint> endpoints(transport::Reach server, const std::string& observed) const;

    // What a first contact does to the pins. `later`: somebody else pins, by more than the server's word.
    enum class Pinning : std::uint8_t { at_contact, later };
    void set_pinning(Pinning pinning) noexcept { pinning_ = pinning; }

    // So many further connections are dialled with each call that is taken (Session::open_spare).
    void set_spares(std::size_t count) noexcept { spares_ = count; }

    //   Errc::no_such_user  Errc::peer_offline  Errc::refused   the server, or the instances there
    //   Errc::identity      the account's key is not the pinned one, or nobody proved the right one
    //   Errc::no_path       no link could be made
    asio::awaitable<Result<std::unique_ptr<Session>>> call(model::PeerName who, wire::pb::Kind kind,
                                                           Deadline by);

    // The same in two steps: the request for the first flight of Online::start(), and what comes of it.
    // `server`: how it is reached.
    rendezvous::ClientMessage request(const model::PeerName& who, wire::pb::Kind kind,
                                      transport::Reach server) const;
    asio::awaitable<Result<std::unique_ptr<Session>>> call_ahead(model::PeerName who, Deadline by);

    // What an incoming call says, checked, and how its caller stands with this home.
    class Caller {
      public:
        Caller(Introduction who, identity::Trust stands) : introduction(std::move(who)), trust(stands) {}
        Introduction introduction;
        identity::Trust trust;
    };
    //   Errc::identity, Errc::malformed   to be passed over
    Result<Caller> examine(const wire::pb::IncomingCall& call) const;
    // Takes the call and makes the link.
    asio::awaitable<Result<std::unique_ptr<Session>>> answer(Introduction introduction, Deadline by);
    // The device at the other end of that session was removed: it is dropped, and nothing of it is admitted.
    void revoke(const model::SessionId& session) { admission_.revoke(session); }
    // Says that this instance does not take it.
    asio::awaitable<void> pass(model::SessionId session);

  private:
    asio::awaitable<Result<std::unique_ptr<Session>>> take_up(model::PeerName who,
                                                              Result<rendezvous::ServerMessage> reply,
                                                              Deadline by);
    asio::awaitable<Result<std::unique_ptr<Session>>> meet(std::unique_ptr<Admission::Expected> expected,
                                                           CallRole role, Deadline by);
    // The server is told of a session whose ends did not meet.
    asio::awaitable<void> report_lost(model::SessionId session);
    // How the account stands, that is admitted with a device list of that serial.   Errc::identity
    Result<identity::Trust> stands(const Introduction& introduction, std::uint64_t list_serial) const;
    // The same, and remembered.
    Result<identity::Trust> meets(const Introduction& introduction, std::uint64_t list_serial, WallTime now);

    rendezvous::SignInContext& context_;
    const Self& self_;
    home::Pins& pins_;
    rendezvous::Online& online_;
    PrivateRanges private_ranges_;
    Admission admission_;
    std::unique_ptr<Listener> listener_;
    std::size_t spares_ = 0;
    Pinning pinning_ = Pinning::at_contact;
};

}  // namespace p2pc::peer
