// What a DeliveryReceiver does with what comes: frame by frame from the delivery's link, and from its lanes
// batch by batch when it is their turn (docs/protocol.md, "Lanes").
#include "peer/delivery_receiver_state.hpp"

namespace p2pc::peer {
namespace {

std::size_t size_of(const channel::Frame& frame) {
    const bool data = frame.type() == wire::FrameType::data;
    return wire::header_size + (data ? wire::data_header_size + frame.data_size() : frame.body().size());
}

Error ended(const Error& why) {
    return why.code() == Errc::closed ? Error{Errc::interrupted, "the sender is gone"} : why;
}

}  // namespace

void DeliveryReceiver::State::add_lane(std::unique_ptr<channel::Channel> another) {
    if (failure || finished || lanes.size() + 1 == LaneOrder::most_lanes) return;
    lanes.push_back(std::make_shared<Lane>(std::move(another), lanes.size() + 1));
    tasks.spawn("reading a lane", read_lane(shared_from_this(), lanes.back()));
}

asio::awaitable<void> DeliveryReceiver::State::read_lane(std::shared_ptr<State> s,
                                                         std::shared_ptr<Lane> lane) {
    auto read = co_await State::read(s, *lane);
    if (!read && !s->read_all) s->fail(read.error());
}

// A batch to fill that takes `size` more bytes.
asio::awaitable<Status> DeliveryReceiver::State::make_room(std::shared_ptr<State> s, std::size_t size) {
    if (s->filling && !s->filling->has_room(size)) s->hand_over();
    if (!s->filling) {
        auto batch = co_await s->free.pop();
        if (!batch) co_return batch.error();
        s->filling = std::move(*batch);
    }
    co_return Status{};
}

// The beginning of this lane's next batch.
asio::awaitable<Status> DeliveryReceiver::State::read_mark(std::shared_ptr<State> s, Lane& lane) {
    auto frame = co_await lane.link.read(never);
    if (!frame) co_return ended(frame.error());
    s->moved = s->loop.now();
    if (frame->type() == wire::FrameType::data) co_return Error{Errc::malformed, "data outside of a batch"};
    auto message = wire::parse_peer(frame->body());
    if (!message) co_return message.error();
    if (message->has_close() && lane.number == 0) co_return s->close();
    if (!message->has_batch()) co_return Error{Errc::malformed, "a lane without a batch"};
    co_return s->order.mark(lane.number, message->batch());
}

Error DeliveryReceiver::State::close() {
    closed = true;
    return Error{Errc::interrupted, "the sender closed the session"};
}

asio::awaitable<Status> DeliveryReceiver::State::await_turn(std::shared_ptr<State> s, Lane& lane) {
    if (s->order.needs_mark(lane.number)) {
        auto marked = co_await read_mark(s, lane);
        if (!marked) co_return marked;
    }
    while (!s->order.has_turn(lane.number)) {
        auto turn = co_await s->turn.wait();
        if (s->failure) co_return *s->failure;
        if (!turn) co_return turn;
    }
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::read_data(std::shared_ptr<State> s, Lane& lane,
                                                           channel::Frame frame) {
    auto room = co_await make_room(s, frame.data_size());
    if (!room) co_return room;
    const auto into = s->filling->room_for(frame.data_size());
    s->in_frame = &lane.link;
    auto read = co_await lane.link.read_data(into, never, ReceivedBatch::spare);
    if (!read) co_return read.error();
    s->in_frame = nullptr;
    s->moved = s->loop.now();
    s->filling->add(frame.data(), into.size());
    if (s->disk.idle()) s->hand_over();
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::read_control(std::shared_ptr<State> s, Lane& lane,
                                                              channel::Frame frame) {
    auto message = wire::parse_peer(frame.body());
    if (!message) co_return message.error();
    if (message->has_close() && lane.number == 0) co_return s->close();
    if (message->has_batch() && !s->order.numbered()) co_return s->order.mark(lane.number, message->batch());
    s->read_all = message->has_delivery_end() && lane.number == 0;
    const bool known = message->has_item_begin() || message->has_item_hole() || message->has_item_end() ||
                       message->has_ask();
    if (!s->read_all && !known) co_return Error{Errc::malformed, "another message within a delivery"};
    // While the last step was told, the batch may have gone.
    auto still = co_await make_room(s, 0);
    if (!still) co_return still;
    s->filling->add(std::move(*message));
    if (s->read_all || s->disk.idle()) s->hand_over();
    co_return Status{};
}

// To the end of the delivery, which comes over its own link.
asio::awaitable<Status> DeliveryReceiver::State::read(std::shared_ptr<State> s, Lane& lane) {
    while (!s->read_all) {
        auto turn = co_await await_turn(s, lane);
        if (!turn) co_return turn;
        auto room = co_await make_room(s, 0);
        if (s->failure) co_return *s->failure;
        if (!room) co_return room;
        auto frame = co_await lane.link.read(never);
        if (!frame) co_return ended(frame.error());
        s->moved = s->loop.now();
        const auto size = size_of(*frame);
        const bool numbered = s->order.numbered();
        if (numbered && !s->order.fits(lane.number, size))
            co_return Error{Errc::malformed, "a frame beyond its batch"};
        Status read;
        if (frame->type() == wire::FrameType::data) {
            read = co_await read_data(s, lane, std::move(*frame));
        } else {
            read = co_await read_control(s, lane, std::move(*frame));
        }
        if (!read) co_return read;
        if (numbered && s->order.take(lane.number, size)) s->turn.pulse();
    }
    co_return Status{};
}

}  // namespace p2pc::peer
