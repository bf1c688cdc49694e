// SendLink: the session of one `send`, the link its delivery runs over, and how another takes its place when
// that is lost: first within the session, then by a new call (docs/protocol.md, "A new connection").
//
// One loop. REQUIRES: everything given by reference outlives it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "io/event.hpp"
#include "peer/calls.hpp"
#include "runtime/services.hpp"

namespace p2pc::commands {

class SendReporter;

class SendLink {
  public:
    SendLink(runtime::Services& services, peer::Calls& calls, rendezvous::Online& online,
             SendReporter& reporter, model::PeerName to);

    // Takes a session that was just made; the reporter is told.
    void open(std::unique_ptr<peer::Session> session);
    bool is_open() const noexcept { return session_ != nullptr; }
    peer::Session& session() noexcept { return *session_; }
    // What the delivery runs over: the session's first link, or one made later.
    channel::Channel& link() noexcept { return later_ ? *later_ : session_->link(); }

    // Another link in place of the lost one, tried for every 2 s.
    //   Errc::interrupted  there was none until `until`
    //   Errc::identity     whoever answers is not the one before
    //   Errc::canceled     stop()
    // REQUIRES: is_open().
    asio::awaitable<Status> again(Deadline until);
    // Another link of the session, beside the one in use; take() puts it in that one's place.
    asio::awaitable<Result<std::unique_ptr<channel::Channel>>> dial(Deadline by);
    void take(std::unique_ptr<channel::Channel> link);

    // Further connections that a delivery used: until the session ends what went over them may be unread.
    void keep(std::vector<std::unique_ptr<channel::Channel>> lanes);

    // Ends the session, in order where its link is alive, and tells the reporter and the server. Whether the
    // other side heard the goodbye is waited for, unless that may pass where it costs a long round trip.
    enum class Goodbye : std::uint8_t { heard, may_pass };
    asio::awaitable<void> end(Goodbye goodbye, Duration patience);
    // From a signal: waits for another link end, and none is tried for any more.
    void stop();
    // The link at once, not in order.
    void drop();

  private:
    // The report of a session whose links carry nothing more; the reporter is told.
    home::Report ended(model::EndReason reason);
    asio::awaitable<void> leave(model::EndReason reason);

    runtime::Services& services_;
    peer::Calls& calls_;
    rendezvous::Online& online_;
    SendReporter& reporter_;
    model::PeerName to_;
    std::unique_ptr<peer::Session> session_;
    std::unique_ptr<channel::Channel> later_;
    std::vector<std::unique_ptr<channel::Channel>> lanes_;
    io::Event stopped_;
};

}  // namespace p2pc::commands
