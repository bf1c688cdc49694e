// InviteHost: waits with a code for the one who enters it. One try: whoever proves that they have it, or
// fails to, ends the wait (docs/protocol.md, "An invite").
//
// One loop. Its owner observes `online`, which is announced as PROGRAM_INVITE, and hands on what it hears.
// REQUIRES: everything given by reference outlives run(); `calls` pins later.
#pragma once

#include "io/task_group.hpp"
#include "peer/calls.hpp"
#include "peer/code_exchange.hpp"

namespace p2pc::peer {

// Who may enter the code, and who is told of what else came; on the loop.
struct InviteRules {
    std::optional<model::UserName> only;  // others are passed over, and use nothing up
    std::function<void(const std::string&)> notice;
};

class InviteHost {
  public:
    InviteHost(io::Loop& loop, crypto::Random& random, const Self& self, home::Pins& pins,
               rendezvous::Online& online, Calls& calls, const identity::InviteCode& code, InviteRules rules);

    // Waits until somebody was verified: their pin. Who is there when the time is over may finish.
    //   Errc::peer_offline   nobody came until then
    //   Errc::wrong_code     whoever came does not have the code
    //   Errc::identity       whoever came has another key than the pinned one
    //   what end() said
    asio::awaitable<Result<identity::Pin>> run(Deadline until);
    // A signal, or the server's last word.
    void end(Error why);

    void incoming_call(const wire::pb::IncomingCall& call);

  private:
    asio::awaitable<void> judge(wire::pb::IncomingCall call);
    Result<Introduction> admit(const wire::pb::IncomingCall& call) const;
    asio::awaitable<void> serve(Introduction introduction);
    void settle(Result<identity::Pin> result);

    io::Loop& loop_;
    crypto::Random& random_;
    const Self& self_;
    home::Pins& pins_;
    rendezvous::Online& online_;
    Calls& calls_;
    const identity::InviteCode& code_;
    InviteRules rules_;
    std::optional<Result<identity::Pin>> result_;
    bool busy_ = false;           // somebody was let in
    Session* session_ = nullptr;  // theirs, once there is one
    io::Event over_, free_;       // not busy
    io::TaskGroup tasks_;
};

}  // namespace p2pc::peer
