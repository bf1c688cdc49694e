// Further connections of a delivery: each takes the next batch when it is free (docs/protocol.md, "Lanes").
#include <algorithm>

#include "peer/delivery_sender_state.hpp"

namespace p2pc::peer {
namespace {

// The congestion control of bulk, and as little unsent as where people talk: a batch is for the lane that can
// send it, not for one whose queue is long.
void prepare(channel::Channel& link) {
    use_link_for(link, transport::Use::bulk);
    use_link_for(link, transport::Use::interactive);
}

}  // namespace

void DeliverySender::State::expect_fewer() noexcept {
    if (lanes_to_come > 0) --lanes_to_come;
}

void DeliverySender::State::add_lane(std::unique_ptr<channel::Channel> link_of_it) {
    expect_fewer();
    if (failure || all_taken || lanes.size() + 1 == LaneOrder::most_lanes) return;
    const auto lane = lanes.emplace_back(std::make_shared<Lane>(std::move(link_of_it)));
    prepare(*lane->link);
    tasks.spawn("reading a lane", read_lane(shared_from_this(), lane));
    if (answered.is_set()) join_lane(lane);
}

// The offer was accepted, with so many lanes.
void DeliverySender::State::join_lanes(std::uint32_t most) {
    lanes_taken = std::min<std::size_t>(most, LaneOrder::most_lanes - 1);
    if (lanes_taken == 0) lanes_to_come = 0;
    for (const auto& lane : lanes)
        join_lane(lane);
}

// Said at once, not with the first batch: the other side drops a connection that says nothing.
void DeliverySender::State::join_lane(const std::shared_ptr<Lane>& lane) {
    wire::pb::PeerMessage first;
    first.mutable_lane()->set_delivery(terms.delivery);
    // One that the other side was not told of is not missed.
    if (joined == lanes_taken || lane->ended || !lane->link->send(wire::frame(first))) return;
    lane->used = true;
    ++joined;
    if (next_number > 0) start_lane(lane);
}

// Batches have numbers now.
void DeliverySender::State::start_lanes() {
    prepare(link);
    for (const auto& lane : lanes) {
        if (lane->used) start_lane(lane);
    }
}

void DeliverySender::State::start_lane(const std::shared_ptr<Lane>& lane) {
    buffers += batches_a_lane;
    for (std::size_t i = 0; i < batches_a_lane; ++i)
        packing->give(Bytes(buffer_size()));
    ++feeding;
    tasks.spawn("sending over a lane", feed_lane(shared_from_this(), lane));
}

asio::awaitable<void> DeliverySender::State::feed_lane(std::shared_ptr<State> s, std::shared_ptr<Lane> lane) {
    auto fed = co_await feed(s, *lane->link);
    if (!fed) s->fail(fed.error());
    lane->fed = true;
    --s->feeding;
    s->turn.pulse();
}

// The other side says nothing there, but that it lives.
asio::awaitable<void> DeliverySender::State::read_lane(std::shared_ptr<State> s, std::shared_ptr<Lane> lane) {
    auto frame = co_await lane->link->read(never);
    lane->ended = true;
    // What went over it was taken by then, or the other side will say so.
    if (!lane->used || lane->fed) co_return;
    s->fail(frame ? Error{Errc::malformed, "an answer on a lane"}
                  : Error{Errc::interrupted, "a connection of the delivery is gone"});
}

// Large batches would be whole at very different times, and the first of them late; without lanes they are
// cheaper. An entry with the patterns of a mirror fills a large one.
std::size_t DeliverySender::State::buffer_size() const noexcept {
    const bool small = (lanes_to_come > 0 || joined > 0) && !terms.remove;
    return small ? lane_buffer : Packer::buffer_size;
}

void DeliverySender::State::give_back(Bytes buffer) {
    if (buffer.size() != buffer_size()) buffer = Bytes(buffer_size());
    packing->give(std::move(buffer));
}

// Of the batches under way: while one is written no beat of ours goes between.
std::uint64_t DeliverySender::State::bytes_taken() const {
    std::uint64_t bytes = 0;
    for (const auto* const over : writing)
        bytes += over->bytes_out();
    return bytes;
}

Instant DeliverySender::State::last_progress() const {
    Instant last = link.last_progress();
    for (const auto& lane : lanes)
        last = std::max(last, lane->link->last_progress());
    return last;
}

}  // namespace p2pc::peer
