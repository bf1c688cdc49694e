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
    for (std::size_t i = 0; i < batches_ahead; ++i)
        packing->give(Bytes(Packer::buffer_size));
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

asio::awaitable<Status> DeliverySender::State::send_batch(std::shared_ptr<State> s, Batch& batch) {
    // Results may come as soon as the first of its bytes have left.
    for (auto& note : batch.notes)
        s->take_note(std::move(note));
    if (batch.size() == 0) co_return Status{};
    s->link.set_beat_state(wire::BeatState::flowing);
    if (s->terms.pace != nullptr) co_await s->terms.pace->wait_for(batch.size());
    if (s->failure) co_return *s->failure;
    s->moved = s->loop.now();
    s->writing = true;
    auto sent = co_await s->link.send_frames(batch.frames(), never);
    s->writing = false;
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

asio::awaitable<Status> DeliverySender::State::send_all(std::shared_ptr<State> s) {
    s->start_packing();
    for (bool more = true; more;) {
        s->reading = !s->packing->ready();
        s->link.set_beat_state(s->reading ? wire::BeatState::source_quiet : wire::BeatState::flowing);
        auto batch = co_await s->packing->next();
        s->reading = false;
        if (!batch && s->leaving) break;
        if (!batch) {
            s->fail(batch.error());
            co_return *s->failure;
        }
        more = !batch->last;
        if (batch->waits && batch->size() == 0 && batch->notes.empty()) {
            s->parked.push_back(batch->take_buffer());
            if (s->parked.size() < batches_ahead) continue;
            s->link.set_beat_state(wire::BeatState::flowing);
            auto answered = co_await await_answer(s);
            if (!answered) s->fail(answered.error());
            if (s->failure) co_return *s->failure;
            continue;
        }
        s->give_parked();
        auto sent = co_await send_batch(s, *batch);
        if (!sent) co_return sent;
        s->packing->give(batch->take_buffer());
    }
    if (s->leaving) co_return Errc::canceled;
    auto settled = co_await send_end(s);
    co_return settled;
}

}  // namespace p2pc::peer
