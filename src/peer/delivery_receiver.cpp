#include "io/sleep.hpp"
#include "peer/delivery_receiver_state.hpp"

namespace p2pc::peer {

void DeliveryReceiver::State::fail(Error why) {
    // Once all is settled, and the sender told, nothing can spoil it any more.
    if (failure || finished) return;
    failure = std::move(why);
    incoming.stop();
    link.abort();
    free.close();
    work.close();
    room.set();
}

Status DeliveryReceiver::State::send(const wire::pb::PeerMessage& message) {
    auto sent = link.send(wire::frame(message));
    if (!sent) fail(sent.error());
    return sent;
}

asio::awaitable<void> DeliveryReceiver::State::write(std::shared_ptr<State> s) {
    while (!s->failure && !s->finished) {
        auto step = co_await s->work.pop();
        if (!step) break;
        s->disk_busy = true;
        auto done = co_await write_one(s, *step);
        s->disk_busy = false;
        s->moved = s->loop.now();
        s->room.pulse();
        if (!done) s->fail(done.error());
    }
    s->room.set();
}

asio::awaitable<void> DeliveryReceiver::State::watch(std::shared_ptr<State> s) {
    while (!s->failure && !s->finished) {
        co_await io::sleep_until(s->loop, s->loop.now() + std::chrono::seconds(1));
        const auto state = s->link.peer_state();
        // A sender that waits for a slow disk is told so.
        s->link.set_beat_state(s->disk_busy ? wire::BeatState::syncing : wire::BeatState::flowing);
        const bool owed = state == wire::BeatState::flowing || state == wire::BeatState::idle;
        if (s->disk_busy || !owed) s->moved = s->loop.now();
        if (s->loop.now() - s->moved >= s->terms.stall) s->fail(Error{Errc::stalled});
    }
}

asio::awaitable<Status> DeliveryReceiver::State::read_data(std::shared_ptr<State> s, channel::Frame frame) {
    auto buffer = co_await s->free.pop();
    if (!buffer) co_return buffer.error();
    if (buffer->size() < frame.data_size()) buffer->resize(frame.data_size());
    std::size_t done = 0;
    while (done < frame.data_size()) {
        // In pieces, so that a slow link is seen to move.
        const std::size_t piece = std::min<std::size_t>(frame.data_size() - done, 64 * 1024);
        const auto room = std::span{*buffer}.subspan(done, piece);
        auto read = co_await s->link.read_data(room, never);
        if (!read) co_return read.error();
        done += piece;
        s->moved = s->loop.now();
    }
    if (!s->work.push(Work{frame.data(), std::move(*buffer), frame.data_size()})) co_return Errc::interrupted;
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::read(std::shared_ptr<State> s) {
    for (;;) {
        while (s->work.size() >= most_work - 1 && !s->failure) {
            auto room = co_await s->room.wait();
            static_cast<void>(room);
        }
        if (s->failure) co_return *s->failure;
        auto frame = co_await s->link.read(never);
        if (!frame) {
            const auto code = frame.error().code();
            co_return code == Errc::closed ? Error{Errc::interrupted, "the sender is gone"} : frame.error();
        }
        s->moved = s->loop.now();
        if (frame->type() == wire::FrameType::data) {
            auto read = co_await read_data(s, std::move(*frame));
            if (!read) co_return read.error();
            continue;
        }
        auto message = wire::parse_peer(frame->body());
        if (!message) co_return message.error();
        const bool last = message->has_delivery_end();
        if (message->has_close()) co_return Error{Errc::interrupted, "the sender closed the session"};
        if (!last && !message->has_item_begin() && !message->has_item_end()) {
            co_return Error{Errc::malformed, "another message within a delivery"};
        }
        if (!s->work.push(Work{std::move(*message)})) co_return Errc::interrupted;
        if (last) co_return Status{};
    }
}

DeliveryReceiver::DeliveryReceiver(io::Loop& loop, io::Pool& pool, channel::Channel& link,
                                   transfer::Incoming& incoming, ReceiveTerms terms,
                                   DeliveryObserver& observer)
    : state_(std::make_shared<State>(loop, pool, link, incoming, std::move(terms), observer)) {}

DeliveryReceiver::~DeliveryReceiver() {
    state_->tasks.stop();
}

void DeliveryReceiver::cancel() {
    state_->fail(Error{Errc::canceled});
}

asio::awaitable<void> DeliveryReceiver::State::receive(std::shared_ptr<State> s) {
    auto read = co_await State::read(s);
    if (!read) s->fail(read.error());
    while (!s->failure && !s->finished) {
        auto room = co_await s->room.wait();
        if (!room) s->fail(room.error());
    }
    s->tasks.stop();
}

asio::awaitable<Status> DeliveryReceiver::run() {
    const auto s = state_;
    s->link.set_beat_state(wire::BeatState::flowing);
    use_link_for(s->link, transport::Use::bulk);
    s->tasks.spawn("writing to disk", State::write(s));
    s->tasks.spawn("watching for a stall", State::watch(s));
    s->tasks.spawn("receiving", State::receive(s));
    // Also when whoever called is cancelled: the disk's work uses what the caller owns.
    co_await s->tasks.join();
    s->link.set_beat_state(wire::BeatState::idle);
    use_link_for(s->link, transport::Use::interactive);
    if (s->finished && !s->failure) co_return *s->finished;
    if (!s->failure) s->fail(Error{Errc::canceled});
    if (s->current && !s->skipping) {
        s->current->error = *s->failure;
        s->observer.item_ended(*s->current);
    }
    co_return *s->failure;
}

}  // namespace p2pc::peer
