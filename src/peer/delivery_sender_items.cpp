// The items of a delivery: packed on the pool, a few batches ahead, and sent by the loop.
#include "peer/delivery_sender_state.hpp"

namespace p2pc::peer {

void DeliverySender::State::start_packing() {
    PackTerms pack;
    pack.delivery = terms.delivery;
    pack.remove = terms.remove;
    pack.times = terms.times;
    if (terms.pace != nullptr) pack.piece = terms.pace->piece(pack.piece);
    pack.checksum = terms.checksum;
    if (terms.update || resume) pack.asking = Asking::yes;
    if (terms.dry_run) pack.asking = Asking::only;
    packer.emplace(outgoing, pack);
    packing.emplace(loop, pool, [this](Bytes buffer) { return this->pack(std::move(buffer)); });
    for (std::size_t i = 0; i < buffers; ++i)
        packing->give(Bytes(buffer_size()));
    tasks.spawn("reading the sources", keep_packing(shared_from_this()));
}

asio::awaitable<void> DeliverySender::State::keep_packing(std::shared_ptr<State> s) {
    co_await s->packing->run();
}

// On the pool.
Batch DeliverySender::State::pack(Bytes buffer) {
    if (packed_all) return Batch(std::move(buffer));
    auto batch = packer->fill(std::move(buffer));
    packed_all = batch.last;
    return batch;
}

void DeliverySender::State::give_parked() {
    for (auto& buffer : parked)
        packing->give(std::move(buffer));
    parked.clear();
}

// Nothing can be sent before one came. What comes after the event was reset is seen by the next fill().
asio::awaitable<Status> DeliverySender::State::await_answer(std::shared_ptr<State> s) {
    s->asking_them = true;
    auto answered = co_await s->answers_came.wait();
    s->asking_them = false;
    s->answers_came.reset();
    s->packing->give(std::move(s->parked.back()));
    s->parked.pop_back();
    co_return answered;
}

void DeliverySender::State::take_note(Note note) {
    auto& outcome = note.outcome;
    const auto item = outcome.item;
    switch (note.kind) {
        case Note::Kind::begun:
            if (note.top) {
                waiting.emplace(item, Waiting{std::move(outcome)});
                return;
            }
            if (recent.size() == most_recent) recent.pop_front();
            recent.emplace_back(item, std::move(outcome));
            return;
        case Note::Kind::sent: {
            const auto found = waiting.find(item);
            if (found == waiting.end()) return;  // it was refused
            found->second.outcome = std::move(outcome);
            found->second.sent = true;
            return;
        }
        case Note::Kind::settled:
            // What was begun and refused meanwhile has been told.
            if (note.top && item != 0 && waiting.erase(item) == 0) return;
            outcome.top = note.top;
            ended(std::move(outcome));
            return;
    }
}

asio::awaitable<Status> DeliverySender::State::send_batch(std::shared_ptr<State> s, channel::Channel& over,
                                                          Batch& batch) {
    s->moved = s->loop.now();
    s->writing.push_back(&over);
    auto sent = co_await over.send_frames(batch.frames(), never);
    std::erase(s->writing, &over);
    s->show_state();
    if (!sent) {
        s->fail(sent.error());
        co_return *s->failure;
    }
    s->moved = s->loop.now();
    s->progress.done += batch.content + batch.resumed;
    s->progress.resumed += batch.resumed;
    s->progress.files_done += batch.files;
    if (!batch.name.empty()) s->progress.name = batch.name;
    if (batch.content + batch.files > 0) s->observer.progressed(s->progress);
    co_return Status{};
}

// What the other side is told: a lane that still writes has the source in hand.
void DeliverySender::State::show_state() {
    const bool quiet = reading && writing.empty();
    link.set_beat_state(quiet ? wire::BeatState::source_quiet : wire::BeatState::flowing);
}

// The next batch that brings something, and all that is told with it; none: there is none any more.
asio::awaitable<Status> DeliverySender::State::next_batch(std::shared_ptr<State> s,
                                                          std::optional<Batch>& into) {
    while (!s->all_taken) {
        s->reading = !s->packing->ready();
        s->show_state();
        auto batch = co_await s->packing->next();
        s->reading = false;
        s->show_state();
        if (!batch && s->leaving) break;
        if (!batch) co_return batch.error();
        s->all_taken = batch->last;
        if (batch->waits && batch->size() == 0 && batch->notes.empty()) {
            s->parked.push_back(batch->take_buffer());
            if (s->parked.size() < s->buffers) continue;
            auto answered = co_await await_answer(s);
            if (!answered) co_return answered;
            if (s->failure) co_return *s->failure;
            continue;
        }
        s->give_parked();
        // Results may come as soon as the first of its bytes have left.
        for (auto& note : batch->notes)
            s->take_note(std::move(note));
        if (batch->size() == 0) {
            s->give_back(batch->take_buffer());
            continue;
        }
        if (s->terms.pace != nullptr) co_await s->terms.pace->wait_for(batch->size());
        if (s->failure) co_return *s->failure;
        into.emplace(std::move(*batch));
        break;
    }
    co_return Status{};
}

// The same for one of several connections: in turn, so that the numbers are in the order of the batches.
asio::awaitable<Status> DeliverySender::State::take_batch(std::shared_ptr<State> s,
                                                          std::optional<Batch>& into) {
    while (s->taking) {
        auto turn = co_await s->turn.wait();
        if (s->failure) co_return *s->failure;
        if (!turn) co_return turn;
    }
    s->taking = true;
    auto taken = co_await next_batch(s, into);
    s->taking = false;
    s->turn.pulse();
    if (!taken || !into) co_return taken;
    // Batch 1 is the delivery's own link's.
    const bool begins = s->next_number == 0 && s->joined > 0;
    if (begins) s->next_number = 1;
    if (s->next_number > 0) into->mark(s->next_number++);
    if (begins) s->start_lanes();
    co_return Status{};
}

// Batch after batch, whichever comes next when this connection has taken the one before.
asio::awaitable<Status> DeliverySender::State::feed(std::shared_ptr<State> s, channel::Channel& over) {
    for (;;) {
        std::optional<Batch> batch;
        auto taken = co_await take_batch(s, batch);
        if (!taken || !batch) co_return taken;
        auto sent = co_await send_batch(s, over, *batch);
        if (!sent) co_return sent;
        s->give_back(batch->take_buffer());
    }
}

asio::awaitable<Status> DeliverySender::State::send_all(std::shared_ptr<State> s) {
    s->start_packing();
    auto fed = co_await feed(s, s->link);
    if (!fed) {
        s->fail(fed.error());
        co_return *s->failure;
    }
    if (!s->leaving) {
        auto settled = co_await send_end(s);
        co_return settled;
    }
    // What was begun is there whole, and the other side hears our Close behind it.
    while (s->feeding > 0) {
        auto turn = co_await s->turn.wait();
        if (!turn) co_return turn;
    }
    co_return Errc::canceled;
}

}  // namespace p2pc::peer
