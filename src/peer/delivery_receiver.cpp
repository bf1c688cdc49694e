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
    for (const auto& lane : lanes)
        lane->link.abort();
    turn.close();
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
    auto sent = send(result);
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
        const bool flows = state == wire::BeatState::flowing || state == wire::BeatState::idle;
        // A link that is ahead is not read: what its last beat said may be long ago.
        const bool owed = flows || s->order.is_ahead();
        // Within a frame what comes is data, however slowly.
        const auto bytes = s->in_frame ? s->in_frame->bytes_in() : 0;
        const bool came = s->in_frame && bytes != s->moved_bytes;
        s->moved_bytes = bytes;
        if (disk_busy || !owed || came) s->moved = s->loop.now();
        if (s->loop.now() - s->moved >= s->terms.stall) s->fail(Error{Errc::stalled});
        // While a lane is waited for nobody reads here.
        if (!s->link.alive()) s->fail(Error{Errc::interrupted, "the link was given up"});
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

void DeliveryReceiver::add_lane(std::unique_ptr<channel::Channel> link) {
    state_->add_lane(std::move(link));
}

void DeliveryReceiver::give_up_link() {
    state_->fail(Error{Errc::interrupted, "another connection takes over"});
}

std::vector<std::unique_ptr<channel::Channel>> DeliveryReceiver::take_lanes() {
    std::vector<std::unique_ptr<channel::Channel>> links;
    for (auto& lane : state_->lanes)
        links.push_back(std::move(lane->own));
    state_->lanes.clear();
    return links;
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
    Lane own(s->link, 0);
    auto read = co_await State::read(s, own);
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
