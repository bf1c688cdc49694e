// DeliverySender: offers a delivery on a link, and when it is accepted sends it.
//
// One loop. Files are read and digested on the pool, a few chunks ahead, while the loop sends. All of the
// link's frames are read here until run() completes. REQUIRES: everything given by reference outlives run().
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "channel/channel.hpp"
#include "io/pool.hpp"
#include "peer/delivery.hpp"
#include "peer/pace.hpp"
#include "transfer/sending.hpp"

namespace p2pc::peer {

class OfferTerms {
  public:
    std::uint32_t delivery = 1;
    std::uint64_t files = 0;  // 0: not known
    std::optional<std::uint64_t> total;
    std::string first_name;
    bool update = false;    // each entry is asked about first, and sent where the other side says so
    bool dry_run = false;   // and nothing is sent: item_ended() says what would be
    bool remove = false;    // what is there and not here goes, in folders that were sent whole
    bool times = true;      // modification times are told
    bool checksum = false;  // each file has one for people, too
    Duration stall = default_stall;
    std::size_t lanes = 0;  // further connections that are expected (add_lane)
    Pace* pace = nullptr;   // null: as fast as it goes
};

class DeliverySender {
  public:
    DeliverySender(io::Loop& loop, io::Pool& pool, channel::Channel& link, transfer::Outgoing& outgoing,
                   OfferTerms terms, DeliveryObserver& observer);
    ~DeliverySender();

    // Completes when the other side has settled every item; how each ended the observer was told.
    //   Errc::refused, Errc::no_space, ...  the offer was declined
    //   Errc::stalled, Errc::interrupted, Errc::malformed   the link is of no more use
    //   Errc::canceled   cancel() was called
    asio::awaitable<Status> run();
    // Another connection of the session, which batches go over as well when the other side takes lanes. Its
    // end is then that of the link; before it is not missed. At any time until run() has completed.
    void add_lane(std::unique_ptr<channel::Channel> link);
    // One of those that were expected does not come.
    void expect_fewer_lanes() noexcept;
    // After run(): what became of them, to be kept until the other side has heard of the end.
    std::vector<std::unique_ptr<channel::Channel>> take_lanes();
    // How many entries the other side removed, or would. REQUIRES: run() has completed.
    std::uint64_t removed() const noexcept;
    // From another coroutine of the loop: gives the delivery up.
    void cancel();
    // The same in favour of a later try: what arrived stays there, and the link is left usable where that
    // takes no more than what is being written. run() completes with Errc::canceled.
    void leave();
    // The same when another link takes over from this one, which is dropped. With Errc::interrupted.
    void give_up_link();
    // After run(): the other side ended the session in order, in the middle of the delivery.
    bool closed_by_receiver() const noexcept;
    // For how long the other side has taken nothing of what it owes us an answer for, without a reason.
    Duration stands_still() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace p2pc::peer
