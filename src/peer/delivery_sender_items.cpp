// The items of a delivery, one after another: from the source to the link.
#include "peer/delivery_sender_state.hpp"
#include "peer/item_message.hpp"

namespace p2pc::peer {
namespace {

wire::pb::PeerMessage end_of_item(std::uint32_t item, const transfer::ItemEnd& end) {
    wire::pb::PeerMessage message;
    message.mutable_item_end()->set_item(item);
    message.mutable_item_end()->set_size(end.size().value());
    message.mutable_item_end()->set_digest(end.digest());
    return message;
}

wire::pb::PeerMessage begin_of_item(std::uint32_t delivery, std::uint32_t item,
                                    const transfer::Entry& entry) {
    wire::pb::PeerMessage message;
    auto* const begin = message.mutable_item_begin();
    begin->set_delivery(delivery);
    begin->set_item(item);
    put_entry(*begin, entry);
    return message;
}

}  // namespace

asio::awaitable<void> DeliverySender::State::produce(std::shared_ptr<State> s) {
    for (bool more = true; more;) {
        auto buffer = co_await s->free.pop();
        if (!buffer) break;
        auto fill = [&outgoing = s->outgoing, &into = *buffer] {
            return outgoing.next_piece(std::span{into}.subspan(headroom));
        };
        auto piece = co_await s->pool.run(std::move(fill));
        more = piece && piece->size > 0 && !s->sending_refused;
        if (!s->filled.push(Chunk{std::move(*buffer), std::move(piece)})) break;
    }
    s->produced.set();
}

asio::awaitable<Status> DeliverySender::State::send_chunks(std::shared_ptr<State> s, ItemOutcome& item) {
    std::uint64_t offset = 0;
    for (;;) {
        s->link.set_beat_state(s->filled.empty() ? wire::BeatState::source_quiet : wire::BeatState::flowing);
        auto chunk = co_await s->filled.pop();
        if (!chunk) {
            s->fail(chunk.error());
            co_return *s->failure;
        }
        const bool last = !chunk->piece || chunk->piece->size == 0 || s->sending_refused;
        if (last) {
            s->give_back(std::move(chunk->buffer));
            co_return chunk->piece ? Status{} : Status{chunk->piece.error()};
        }
        const std::size_t size = chunk->piece->size;
        s->link.set_beat_state(wire::BeatState::flowing);
        s->moved = s->loop.now();
        s->writing = true;
        auto sent = co_await s->link.send_data(item.item, offset,
                                               std::span(chunk->buffer).first(headroom + size), never);
        s->writing = false;
        s->give_back(std::move(chunk->buffer));
        if (!sent) {
            s->fail(sent.error());
            co_return *s->failure;
        }
        offset += size;
        s->progress.done += size;
        s->moved = s->loop.now();
        s->observer.progressed(s->progress);
    }
}

asio::awaitable<Status> DeliverySender::State::make_room(std::shared_ptr<State> s) {
    if (s->link.queued() < most_queued) co_return Status{};
    s->moved = s->loop.now();
    s->writing = true;
    auto drained = co_await s->link.drained(never);
    s->writing = false;
    if (!drained) s->fail(drained.error());
    co_return drained;
}

asio::awaitable<Status> DeliverySender::State::send_item(std::shared_ptr<State> s, ItemOutcome outcome,
                                                         transfer::Entry entry) {
    outcome.item = ++s->last_item;
    outcome.name = entry.name();
    outcome.size = entry.size();
    s->progress.name = entry.name();
    s->sending = outcome.item;
    s->sending_refused.reset();
    auto sent = s->send(begin_of_item(s->terms.delivery, outcome.item, entry));
    if (!sent) co_return sent;

    s->produced.reset();
    s->tasks.spawn("reading the source", produce(s));
    auto done = co_await send_chunks(s, outcome);
    // The producer works with the current item: it must have ended before the next one is opened.
    while (auto rest = s->filled.try_pop())
        s->give_back(std::move(rest->buffer));
    auto waited = co_await s->produced.wait();
    if (!waited) s->fail(waited.error());
    while (auto rest = s->filled.try_pop())
        s->give_back(std::move(rest->buffer));
    s->sending.reset();
    s->link.set_beat_state(wire::BeatState::flowing);
    s->moved = s->loop.now();

    if (s->sending_refused || !done || s->failure) {
        outcome.error = s->sending_refused ? Error{*s->sending_refused} : done ? *s->failure : done.error();
        wire::pb::PeerMessage gave_up;
        gave_up.mutable_item_end()->set_item(outcome.item);
        gave_up.mutable_item_end()->set_code(wire::code_to(outcome.error->code()));
        sent = s->failure ? Status{*s->failure} : s->send(gave_up);
        s->ended(std::move(outcome));
        co_return sent;
    }
    const auto end = s->outgoing.end();
    outcome.size = end.size();
    outcome.digest = end.digest();
    const auto item = outcome.item;
    s->waiting.emplace(item, std::move(outcome));
    co_return s->send(end_of_item(item, end));
}

}  // namespace p2pc::peer
