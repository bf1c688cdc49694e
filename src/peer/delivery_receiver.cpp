#include "io/sleep.hpp"
#include "peer/delivery_receiver_state.hpp"
#include "peer/session.hpp"

namespace p2pc::peer {

void DeliveryReceiver::State::fail(Error why) {
    // Once all is settled, and the sender told, nothing can spoil it any more.
    if (failure || finished) return;
    failure = canceled ? Error{Errc::canceled} : std::move(why);
    incoming.stop();
    link.abort();
    free.close();
    disk.close();
    written.set();
}

Status DeliveryReceiver::State::send(const wire::pb::PeerMessage& message) {
    auto sent = link.send(wire::frame(message));
    if (!sent) fail(sent.error());
    return sent;
}

// What was gathered is the disk's now.
void DeliveryReceiver::State::hand_over() {
    if (!filling || filling->empty() || in_frame) return;
    disk.give(std::move(filling));
    filling.reset();
}

// On the pool.
DeliveryReceiver::State::Written DeliveryReceiver::State::run(std::unique_ptr<ReceivedBatch> batch) {
    Written out(std::move(batch));
    if (broken) return out;
    if (out.batch) {
        out.status = items.run(*out.batch, out.done);
    } else if (items.hashes()) {  // the item may have ended meanwhile
        out.status = items.hash(out.done);
    }
    out.done.name = items.name();
    out.hashes = out.status && items.hashes();
    broken = !out.status;
    return out;
}

asio::awaitable<void> DeliveryReceiver::State::keep_writing(std::shared_ptr<State> s) {
    co_await s->disk.run();
}

asio::awaitable<void> DeliveryReceiver::State::write(std::shared_ptr<State> s) {
    while (!s->failure && !s->finished) {
        auto out = co_await s->disk.next();
        if (!out) break;
        if (!out->batch) s->hashing = false;
        // What was here is hashed between the batches: nothing that comes waits for it.
        if (out->hashes && !std::exchange(s->hashing, true)) s->disk.give(nullptr);
        if (s->disk.idle()) s->hand_over();
        auto settled = co_await settle(s, *out);
        if (!settled) s->fail(settled.error());
        if (out->batch) s->give_back(std::move(out->batch));
    }
    s->written.set();
}

asio::awaitable<Status> DeliveryReceiver::State::settle(std::shared_ptr<State> s, Written& out) {
    auto& done = out.done;
    s->moved = s->loop.now();
    for (auto& chunks : done.chunks) {
        wire::pb::PeerMessage message;
        *message.mutable_item_chunks() = std::move(chunks);
        auto sent = s->send(message);
        if (!sent) co_return sent;
    }
    for (const auto& name : done.started_over)
        s->observer.started_over(name);
    s->progress.name = std::move(done.name);
    s->progress.done += done.bytes + done.resumed;
    s->progress.resumed += done.resumed;
    s->progress.files_done += done.files;
    if (done.bytes > 0) s->observer.progressed(s->progress);
    auto answered = co_await answer(s, std::move(done.answers));
    if (!answered) co_return answered;
    auto told = co_await tell(s, std::move(done.settled));
    if (!out.status) co_return out.status;
    if (!told) co_return told;
    if (done.end) co_return s->finish(*done.end, done.removed);
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::tell(std::shared_ptr<State> s,
                                                      std::vector<SettledItem> settled) {
    Status told;
    for (auto& item : settled) {
        const auto& outcome = item.outcome;
        if (item.told && told) {
            wire::pb::PeerMessage message;
            message.mutable_item_result()->set_item(outcome.item);
            if (outcome.error) {
                message.mutable_item_result()->set_code(wire::code_to(outcome.error->code()));
            }
            message.mutable_item_result()->set_skipped(outcome.skipped);
            told = s->send(message);
        }
        s->observer.item_ended(outcome);
        if (told && s->link.queued() > most_queued) told = co_await s->link.drained(never);
    }
    co_return told;
}

asio::awaitable<Status> DeliveryReceiver::State::answer(std::shared_ptr<State> s,
                                                        std::vector<wire::pb::AskAnswer> answers) {
    Status sent;
    for (auto& given : answers) {
        wire::pb::PeerMessage message;
        *message.mutable_ask_answer() = std::move(given);
        sent = s->send(message);
        if (sent && s->link.queued() > most_queued) sent = co_await s->link.drained(never);
        if (!sent) break;
    }
    co_return sent;
}

Status DeliveryReceiver::State::finish(const wire::pb::DeliveryEnd& message, std::uint64_t removed) {
    wire::pb::PeerMessage result;
    result.mutable_delivery_result()->set_removed(removed);
    result.mutable_delivery_result()->set_delivery(terms.delivery);
    const auto sent = send(result);
    if (!sent) return sent;
    finished = message.code() == 0 ? Status{} : Status{wire::code_from(message.code())};
    return {};
}

asio::awaitable<void> DeliveryReceiver::State::watch(std::shared_ptr<State> s) {
    while (!s->failure && !s->finished) {
        co_await io::sleep_until(s->loop, s->loop.now() + std::chrono::seconds(1));
        const auto state = s->link.peer_state();
        // A sender that waits for a slow disk is told so.
        const bool disk_busy = !s->disk.idle();
        s->link.set_beat_state(disk_busy ? wire::BeatState::syncing : wire::BeatState::flowing);
        const bool owed = state == wire::BeatState::flowing || state == wire::BeatState::idle;
        // Within a frame what comes is data, however slowly.
        const bool came = s->in_frame && s->link.bytes_in() != s->moved_bytes;
        s->moved_bytes = s->link.bytes_in();
        if (disk_busy || !owed || came) s->moved = s->loop.now();
        if (s->loop.now() - s->moved >= s->terms.stall) s->fail(Error{Errc::stalled});
    }
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

asio::awaitable<Status> DeliveryReceiver::State::read_data(std::shared_ptr<State> s, channel::Frame frame) {
    auto room = co_await make_room(s, frame.data_size());
    if (!room) co_return room;
    const auto into = s->filling->room_for(frame.data_size());
    s->in_frame = true;
    auto read = co_await s->link.read_data(into, never, ReceivedBatch::spare);
    if (!read) co_return read.error();
    s->in_frame = false;
    s->moved = s->loop.now();
    s->filling->add(frame.data(), into.size());
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::read(std::shared_ptr<State> s) {
    for (;;) {
        auto room = co_await make_room(s, 0);
        if (s->failure) co_return *s->failure;
        if (!room) co_return room;
        auto frame = co_await s->link.read(never);
        if (!frame) {
            const auto code = frame.error().code();
            co_return code == Errc::closed ? Error{Errc::interrupted, "the sender is gone"} : frame.error();
        }
        s->moved = s->loop.now();
        if (frame->type() == wire::FrameType::data) {
            auto read = co_await read_data(s, std::move(*frame));
            if (!read) co_return read.error();
            if (s->disk.idle()) s->hand_over();
            continue;
        }
        auto message = wire::parse_peer(frame->body());
        if (!message) co_return message.error();
        const bool last = message->has_delivery_end();
        if (message->has_close()) {
            s->closed = true;
            co_return Error{Errc::interrupted, "the sender closed the session"};
        }
        const bool known = message->has_item_begin() || message->has_item_hole() || message->has_item_end() ||
                           message->has_ask();
        if (!last && !known) {
            co_return Error{Errc::malformed, "another message within a delivery"};
        }
        // While the last step was told, the batch may have gone.
        auto still = co_await make_room(s, 0);
        if (!still) co_return still;
        s->filling->add(std::move(*message));
        if (last || s->disk.idle()) s->hand_over();
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

bool DeliveryReceiver::closed_by_sender() const noexcept {
    return state_->closed;
}

void DeliveryReceiver::cancel() {
    if (state_->canceled) return;
    state_->canceled = true;
    state_->incoming.stop();
    state_->tasks.spawn("leaving", State::leave(state_));
}

asio::awaitable<void> DeliveryReceiver::State::leave(std::shared_ptr<State> s) {
    auto said = co_await say_close(s->link, s->loop.now() + last_words);
    static_cast<void>(said);
    s->fail(Error{Errc::canceled});
}

asio::awaitable<void> DeliveryReceiver::State::receive(std::shared_ptr<State> s) {
    auto read = co_await State::read(s);
    if (!read) s->fail(read.error());
    auto written = co_await s->written.wait();
    if (!written) s->fail(written.error());
    s->tasks.stop();
}

asio::awaitable<Status> DeliveryReceiver::run() {
    const auto s = state_;
    s->link.set_beat_state(wire::BeatState::flowing);
    use_link_for(s->link, transport::Use::bulk);
    s->tasks.spawn("writing to disk", State::keep_writing(s));
    s->tasks.spawn("telling what was written", State::write(s));
    s->tasks.spawn("watching for a stall", State::watch(s));
    s->tasks.spawn("receiving", State::receive(s));
    // Also when whoever called is cancelled: the disk's work uses what the caller owns.
    co_await s->tasks.join();
    s->link.set_beat_state(wire::BeatState::idle);
    use_link_for(s->link, transport::Use::interactive);
    if (s->finished && !s->failure) co_return *s->finished;
    if (!s->failure) s->fail(Error{Errc::canceled});
    for (const auto& left : s->items.unsettled(*s->failure))
        s->observer.item_ended(left);
    co_return *s->failure;
}

}  // namespace p2pc::peer
