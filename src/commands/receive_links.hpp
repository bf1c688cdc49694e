// ReceiveLinks: the links of one session at its callee: the one in use, and one over which the other side
// goes on with its delivery when that is lost or stands still (docs/protocol.md, "A new connection").
//
// One loop. REQUIRES: the session outlives it, and it is joined (close()) before it dies.
#pragma once

#include <memory>
#include <optional>

#include "io/event.hpp"
#include "io/task_group.hpp"
#include "peer/delivery_receiver.hpp"
#include "peer/session.hpp"

namespace p2pc::commands {

class ReceiveLinks {
  public:
    ReceiveLinks(io::Loop& loop, peer::Session& session);

    const peer::Session& session() const noexcept { return session_; }
    channel::Channel& link() noexcept { return later_ ? *later_ : session_.link(); }
    // The delivery that runs over link(), which another link may take over, and others may be lanes of;
    // and it does no more: any may come.
    void carry(std::uint32_t delivery, peer::DeliveryReceiver& receiver);
    void carried(peer::DeliveryReceiver& receiver);

    // The offer that came over another link, which is link() from now on.
    //   Errc::timed_out  none came until `by`
    //   Errc::canceled   give_up()
    //   Errc::peer_offline  the sender's device was removed
    asio::awaitable<Result<wire::pb::Offer>> next(Deadline by);
    // Another link has brought the offer already.
    bool has_next() const noexcept { return arrived_ != nullptr; }
    // Waits in next().
    bool waits() const noexcept { return waits_; }
    // No other link is waited for: the same person calls anew.
    void give_up();
    bool given_up() const noexcept { return given_up_; }
    // From a signal: the other side is told, and the link dropped when it has had a moment.
    void stop();

    // Ends what runs here.
    asio::awaitable<void> close();

  private:
    class Arrived {
      public:
        Arrived(std::unique_ptr<channel::Channel> l, wire::pb::Offer o)
            : link(std::move(l)), offer(std::move(o)) {}
        std::unique_ptr<channel::Channel> link;
        wire::pb::Offer offer;
    };
    asio::awaitable<void> accept();
    asio::awaitable<void> look_at(std::unique_ptr<channel::Channel> link);
    asio::awaitable<void> join(std::unique_ptr<channel::Channel> link, std::uint32_t delivery);
    asio::awaitable<void> drop_soon();

    io::Loop& loop_;
    peer::Session& session_;
    std::unique_ptr<channel::Channel> later_;
    std::uint32_t delivery_ = 0;
    peer::DeliveryReceiver* receiver_ = nullptr;  // of that delivery; null: none runs
    io::Event runs_;                              // set while one does
    std::unique_ptr<Arrived> arrived_;
    io::Event changed_;
    bool waits_ = false, given_up_ = false;
    io::TaskGroup tasks_;
};

}  // namespace p2pc::commands
