// Admission: which hellos this process's listeners answer at all (docs/protocol.md, "Peer to peer").
//
// A session is expected from its introduction for 60 s, until a first link is chosen; from then on later
// connections (bulk) are admitted until it ends. Links proven here go to the session's queue. One loop.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "channel/cord.hpp"
#include "channel/handshake.hpp"
#include "io/event.hpp"
#include "io/queue.hpp"
#include "peer/introduction.hpp"
#include "peer/self.hpp"
#include "rendezvous/dialer.hpp"

namespace p2pc::peer {

// A connection on which the other end of a session has proven its device key.
class ProvenChannel {
  public:
    ProvenChannel(std::unique_ptr<channel::Channel> proven, const crypto::Hash256Value& link_name,
                  identity::DeviceList list, bool we_opened)
        : channel(std::move(proven)), name(link_name), peer_list(std::move(list)), opened_here(we_opened) {}
    std::unique_ptr<channel::Channel> channel;
    crypto::Hash256Value name;  // identity::link_name
    identity::DeviceList peer_list;
    bool opened_here;
};

class Admission {
  public:
    Admission(io::Loop& loop, crypto::Random& random, const Self& self)
        : loop_(loop), random_(random), self_(self) {}

    // One session; forgotten when this dies.
    class Expected {
      public:
        Expected(Admission& admission, Introduction introduction);
        ~Expected();
        Expected(const Expected&) = delete;
        Expected& operator=(const Expected&) = delete;

        const Introduction& introduction() const noexcept { return introduction_; }
        // First links until settled(), bulk links after it: those that come a moment early wait for it.
        io::Queue<ProvenChannel>& arrived() noexcept { return arrived_; }
        // A first link was chosen: the ticket is used up.
        void settled() { settled_.set(); }
        // Every proven connection of the session is tied to it.
        channel::Cord& cord() noexcept { return cord_; }
        // The device at the other end is none of its account's any more: what there was is cut, and nothing
        // is admitted from now on.
        bool revoked() const noexcept { return cord_.pulled(); }
        // Called once when it is, by whoever has more than proven connections.
        void on_revoked(std::function<void()> call) { revoked_call_ = std::move(call); }

      private:
        friend class Admission;
        Admission& admission_;
        Introduction introduction_;
        Instant until_;
        io::Event settled_;
        io::Queue<ProvenChannel> arrived_;
        channel::Cord cord_;
        std::function<void()> revoked_call_;
    };

    // That session, where it is expected or runs.
    void revoke(const model::SessionId& session);

    // Serves one accepted connection: a stranger gets nothing and is dropped.
    asio::awaitable<void> serve(std::unique_ptr<transport::Stream> stream);

  private:
    asio::awaitable<bool> await_first(wire::pb::Hello hello, Deadline by);
    Expected* find(const wire::pb::Hello& hello);

    io::Loop& loop_;
    crypto::Random& random_;
    const Self& self_;
    std::map<model::SessionId, Expected*> expected_;
};

// Our hello to a peer.
wire::pb::Hello hello_to_peer(const Self& self, const model::SessionId& session);
channel::ChannelLimits peer_limits();

// Proves both ends of a connection that was dialled.
asio::awaitable<Result<ProvenChannel>> prove_peer(rendezvous::Dialer& dialer, crypto::Random& random,
                                                  const Self& self, const Introduction& introduction,
                                                  wire::pb::LinkUse use,
                                                  std::unique_ptr<io::Connection> connection, Deadline by);

// Dials one address and proves both ends.  Errc::identity when whoever answers is not the one introduced.
asio::awaitable<Result<ProvenChannel>> dial_peer(rendezvous::Dialer& dialer, crypto::Random& random,
                                                 const Self& self, const Introduction& introduction,
                                                 wire::pb::LinkUse use, model::Endpoint endpoint,
                                                 Deadline by);

}  // namespace p2pc::peer
