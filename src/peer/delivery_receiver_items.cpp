// The items of a delivery, one after another: from what the link brought to the disk.
#include "peer/delivery_receiver_state.hpp"
#include "peer/item_message.hpp"

namespace p2pc::peer {

// The current item has come to its end here; the sender is told.
void DeliveryReceiver::State::settle(std::optional<Error> error) {
    wire::pb::PeerMessage message;
    message.mutable_item_result()->set_item(current->item);
    if (error) message.mutable_item_result()->set_code(wire::code_to(error->code()));
    current->error = std::move(error);
    [[maybe_unused]] const auto sent = send(message);
    if (!current->error) ++progress.files_done;
    observer.item_ended(*current);
}

asio::awaitable<Status> DeliveryReceiver::State::begin(std::shared_ptr<State> s,
                                                       const wire::pb::ItemBegin& message) {
    const bool ours = message.delivery() == s->terms.delivery;
    if (s->current || message.item() <= s->last_item || !ours)
        co_return Error{Errc::malformed, "an item out of order"};
    s->last_item = message.item();
    s->skipping = false;
    s->next_offset = 0;
    ItemOutcome outcome;
    outcome.item = message.item();
    outcome.name = outcome.label = message.name();
    if (message.has_size()) outcome.size = ByteCount{message.size()};
    s->current = std::move(outcome);
    s->progress.name = message.name();
    const auto entry = entry_of(message);
    Status begun = entry ? Status{} : Status{entry.error()};
    if (entry) {
        const auto key = s->terms.key(*entry);
        auto job = [&incoming = s->incoming, &entry = *entry, &key] { return incoming.begin(entry, key); };
        begun = co_await s->pool.run(std::move(job));
    }
    if (begun) co_return Status{};
    if (begun.error().code() == Errc::malformed) co_return begun.error();
    s->skipping = true;
    s->settle(begun.error());
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::data(std::shared_ptr<State> s, Work& step) {
    if (!s->current || step.header.item != s->current->item || step.header.offset != s->next_offset) {
        co_return Error{Errc::malformed, "data out of order"};
    }
    s->next_offset += step.size;
    if (s->skipping) co_return Status{};
    auto job = [&incoming = s->incoming, &step] {
        return incoming.data(BytesView{step.buffer}.first(step.size));
    };
    auto written = co_await s->pool.run(std::move(job));
    if (written) {
        s->progress.done += step.size;
        s->observer.progressed(s->progress);
        co_return Status{};
    }
    if (written.error().code() == Errc::malformed) co_return written.error();
    s->skipping = true;
    s->settle(written.error());
    co_return Status{};
}

asio::awaitable<Status> DeliveryReceiver::State::end(std::shared_ptr<State> s,
                                                     const wire::pb::ItemEnd& message) {
    if (!s->current || message.item() != s->current->item)
        co_return Error{Errc::malformed, "an end out of order"};
    if (message.code() != 0) {
        // The sender gave up on it: nothing may look as if it were whole.
        auto drop = [&incoming = s->incoming] {
            incoming.abandon();
            return Status{};
        };
        auto dropped = co_await s->pool.run(std::move(drop));
        static_cast<void>(dropped);
        if (!s->skipping) {
            s->current->error = Error{wire::code_from(message.code()), "the sender gave it up"};
            s->observer.item_ended(*s->current);
        }
        s->current.reset();
        co_return Status{};
    }
    if (!s->skipping) {
        const transfer::ItemEnd end{ByteCount{message.size()}, message.digest()};
        auto job = [&incoming = s->incoming, &end] { return incoming.end(end); };
        auto item = co_await s->pool.run(std::move(job));
        if (!item && item.error().code() == Errc::malformed) co_return item.error();
        if (item) {
            s->current->path = item->path();
            s->current->size = item->size();
            s->current->digest = item->digest();
            s->settle(std::nullopt);
        } else {
            s->settle(item.error());
        }
    }
    s->current.reset();
    co_return Status{};
}

Status DeliveryReceiver::State::finish(const wire::pb::DeliveryEnd& message) {
    if (current) return Error{Errc::malformed, "the delivery ended within an item"};
    if (message.delivery() != terms.delivery) return Error{Errc::malformed, "another delivery"};
    wire::pb::PeerMessage result;
    result.mutable_delivery_result()->set_delivery(terms.delivery);
    const auto sent = send(result);
    if (!sent) return sent;
    finished = message.code() == 0 ? Status{} : Status{wire::code_from(message.code())};
    return {};
}

asio::awaitable<Status> DeliveryReceiver::State::write_one(std::shared_ptr<State> s, Work& step) {
    if (step.is_data) {
        auto done = co_await data(s, step);
        s->give_back(std::move(step.buffer));
        co_return done;
    }
    if (step.message.has_item_begin()) {
        auto done = co_await begin(s, step.message.item_begin());
        co_return done;
    }
    if (step.message.has_item_end()) {
        auto done = co_await end(s, step.message.item_end());
        co_return done;
    }
    co_return s->finish(step.message.delivery_end());
}

}  // namespace p2pc::peer
