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
    [[maybe_unused]] const bool taken = work.push(std::move(filling));
    filling.reset();
}

asio::awaitable<void> DeliveryReceiver::State::write(std::shared_ptr<State> s) {
    while (!s->failure && !s->finished) {
        if (s->work.empty()) s->hand_over();
        if (s->items.hashes()) {
            auto hashed = co_await hash_some(s);
            if (!hashed) s->fail(hashed.error());
            // What came goes in between, nothing waits for it.
            if (!hashed || s->work.empty()) continue;
        }
        s->writer_waits = true;
        auto batch = co_await s->work.pop();
        s->writer_waits = false;
        if (!batch) break;
        auto done = co_await write_batch(s, **batch);
        if (!done) s->fail(done.error());
        s->give_back(std::move(*batch));
    }
    s->written.set();
}

asio::awaitable<Status> DeliveryReceiver::State::write_batch(std::shared_ptr<State> s,
                                                             const ReceivedBatch& batch) {
    ReceivedItems::Done done;
    auto job = [&items = s->items, &batch, &done] { return items.run(batch, done); };
    s->disk_busy = true;
    auto run = co_await s->pool.run(std::move(job));
    auto all = co_await told(s, std::move(run), done);
    co_return all;
}

// What was here of an item is read, and the sender told what it is.
asio::awaitable<Status> DeliveryReceiver::State::hash_some(std::shared_ptr<State> s) {
    ReceivedItems::Done done;
    auto job = [&items = s->items, &done] { return items.hash(done); };
    s->disk_busy = true;
    auto run = co_await s->pool.run(std::move(job));
    auto all = co_await told(s, std::move(run), done);
    co_return all;
}

asio::awaitable<Status> DeliveryReceiver::State::told(std::shared_ptr<State> s, Status run,
                                                      ReceivedItems::Done& done) {
    s->disk_busy = false;
    s->moved = s->loop.now();
    for (auto& chunks : done.chunks) {
        wire::pb::PeerMessage message;
        *message.mutable_item_chunks() = std::move(chunks);
        auto sent = s->send(message);
        if (!sent) co_return sent;
    }
    for (const auto& name : done.started_over)
        s->observer.started_over(name);
    s->progress.name = s->items.name();
    s->progress.done += done.bytes + done.resumed;
    s->progress.resumed += done.resumed;
    s->progress.files_done += done.files;
    if (done.bytes > 0) s->observer.progressed(s->progress);
    auto answered = co_await answer(s, std::move(done.answers));
    if (!answered) co_return answered;
    auto told = co_await tell(s, std::move(done.settled));
    if (!run) co_return run;
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
        s->link.set_beat_state(s->disk_busy ? wire::BeatState::syncing : wire::BeatState::flowing);
        const bool owed = state == wire::BeatState::flowing || state == wire::BeatState::idle;
        if (s->disk_busy || !owed) s->moved = s->loop.now();
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
    std::size_t done = 0;
    while (done < into.size()) {
        // In pieces, so that a slow link is seen to move.
        const std::size_t piece = std::min<std::size_t>(into.size() - done, 64 * 1024);
        auto read = co_await s->link.read_data(into.subspan(done, piece), never);
        if (!read) co_return read.error();
        done += piece;
        s->moved = s->loop.now();
    }
    s->in_frame = false;
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
            if (s->writer_waits) s->hand_over();
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
        if (s->writer_waits || last) s->hand_over();
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
    state_->fail(Error{Errc::canceled});
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
    s->tasks.spawn("writing to disk", State::write(s));
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
