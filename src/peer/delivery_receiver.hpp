// DeliveryReceiver: takes an accepted delivery from a link.
//
// One loop. The link is read as far ahead as a few buffers go; one coroutine hands them to the pool, in
// order, where they are digested and written. REQUIRES: everything given by reference outlives run().
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "channel/channel.hpp"
#include "io/pool.hpp"
#include "peer/delivery.hpp"
#include "transfer/receiving.hpp"

namespace p2pc::peer {

class ReceiveTerms {
  public:
    std::uint32_t delivery = 1;  // the one accepted
    std::optional<std::uint64_t> files, total;
    Duration stall = default_stall;
    enum class Brings { items, questions } brings = Brings::items;  // questions: a dry run
    // Names the partial of an item (transfer/partial_key.hpp).
    transfer::KeyOf key;
};

class DeliveryReceiver {
  public:
    DeliveryReceiver(io::Loop& loop, io::Pool& pool, channel::Channel& link, transfer::Incoming& incoming,
                     ReceiveTerms terms, DeliveryObserver& observer);
    ~DeliveryReceiver();

    // From after the OfferAnswer to the DeliveryResult; how each item ended the observer was told.
    //   Errc::canceled   the sender gave the delivery up, or cancel() was called
    //   Errc::stalled, Errc::interrupted, Errc::malformed   the link is of no more use; what came of an item
    //                    in the middle is kept as a partial
    asio::awaitable<Status> run();
    // From another coroutine of the loop. The sender is told that the session is over, so that it does not
    // try again; run() completes with Errc::canceled, and the link is of no more use.
    void cancel();
    // Another connection of the session, whose first message named this delivery; one too many is dropped.
    void add_lane(std::unique_ptr<channel::Channel> link);
    // After run(): what became of them.
    std::vector<std::unique_ptr<channel::Channel>> take_lanes();
    // Another link takes over from this one: run() completes with Errc::interrupted.
    void give_up_link();
    // After run(): the sender ended the session in order, in the middle of the delivery.
    bool closed_by_sender() const noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace p2pc::peer
