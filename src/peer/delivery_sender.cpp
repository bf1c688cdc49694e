#include "peer/delivery_sender.hpp"

#include <map>

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"

namespace p2pc::peer {
namespace {

// 256 KiB a write suits tmpfs and TLS; four of them keep disk, digest and socket busy at once
// (docs/decisions/0006-files.md).
constexpr std::size_t chunk_size = 256 * 1024;
constexpr std::size_t chunks_ahead = 4;
constexpr std::size_t headroom = channel::Channel::data_headroom;
// Empty files are control frames only: past this many bytes of them the link goes first.
constexpr std::size_t most_queued = 64 * 1024;

class Chunk {
  public:
    Chunk(Bytes bytes, Result<std::size_t> filled) : buffer(std::move(bytes)), size(std::move(filled)) {}
    Bytes buffer;  // with room for the frame's header in front
    Result<std::size_t> size;
};

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
    begin->set_kind(entry.kind() == transfer::EntryKind::stream ? wire::pb::ITEM_STREAM
                                                                : wire::pb::ITEM_FILE);
    begin->set_name(entry.name());
    if (entry.size()) begin->set_size(entry.size()->value());
    if (entry.mode()) begin->set_mode(*entry.mode());
    if (entry.mtime()) {
        // Times beyond the years 1678 to 2262 do not fit into nanoseconds and are left out.
        constexpr std::int64_t most = 9'000'000'000;
        const auto seconds = entry.mtime()->seconds;
        if (seconds > -most && seconds < most) {
            begin->set_mtime_ns(seconds * 1'000'000'000 + entry.mtime()->nanoseconds);
        }
    }
    return message;
}

// What went wrong with the receiver's own disk or configuration is a refusal to us: ours are in order.
Errc from_receiver(std::uint32_t code) {
    const Errc said = wire::code_from(code);
    const bool its_own =
        said == Errc::local_io || said == Errc::in_use || said == Errc::corrupt || said == Errc::usage;
    return its_own ? Errc::refused : said;
}

}  // namespace

struct DeliverySender::State : std::enable_shared_from_this<State> {
    State(io::Loop& l, io::Pool& p, channel::Channel& c, transfer::Outgoing& o, OfferTerms t,
          DeliveryObserver& ob)
        : loop(l),
          pool(p),
          link(c),
          outgoing(o),
          terms(std::move(t)),
          observer(ob),
          answered(l),
          finished(l),
          produced(l),
          free(l, chunks_ahead),
          filled(l, chunks_ahead + 1),
          tasks(l, [this](std::string_view, std::exception_ptr) {
              fail(Error{Errc::internal, "sending failed"});
          }) {
        moved = loop.now();
        for (std::size_t i = 0; i < chunks_ahead; ++i)
            give_back(Bytes(headroom + chunk_size));
        progress.total = terms.total;
        if (terms.files > 0) progress.files_total = terms.files;
    }

    void give_back(Bytes buffer) {
        if (buffer.empty()) return;
        [[maybe_unused]] const bool kept = free.push(std::move(buffer));
    }
    void fail(Error why);
    void take(const wire::pb::PeerMessage& message);
    void take_result(const wire::pb::ItemResult& result);
    bool waits_with_reason() const;
    Status send(const wire::pb::PeerMessage& message);
    void ended(ItemOutcome outcome);

    static asio::awaitable<void> read(std::shared_ptr<State> s);
    static asio::awaitable<void> produce(std::shared_ptr<State> s);
    static asio::awaitable<void> watch(std::shared_ptr<State> s);
    static asio::awaitable<Status> send_item(std::shared_ptr<State> s, ItemOutcome outcome,
                                             transfer::Entry entry);
    static asio::awaitable<Status> send_chunks(std::shared_ptr<State> s, ItemOutcome& outcome);
    static asio::awaitable<Status> send_all(std::shared_ptr<State> s);
    static asio::awaitable<Status> send_end(std::shared_ptr<State> s);
    static asio::awaitable<Status> make_room(std::shared_ptr<State> s);
    static asio::awaitable<void> deliver(std::shared_ptr<State> s);

    io::Loop& loop;
    io::Pool& pool;
    channel::Channel& link;
    transfer::Outgoing& outgoing;
    OfferTerms terms;
    DeliveryObserver& observer;
    io::Event answered, finished;  // also set when the link fails
    io::Event produced;            // the source of the current item is not touched any more
    std::uint32_t answer = 0;
    std::optional<Error> failure;
    std::optional<Status> whole;  // how all of it ended
    bool canceled = false;
    bool ended_here = false;  // DeliveryEnd is on its way
    bool writing = false;     // bytes of the delivery wait for the other side to take them
    std::map<std::uint32_t, ItemOutcome> waiting;  // sent, and not yet settled by the other side
    std::optional<std::uint32_t> sending;          // the item whose bytes are on their way
    std::optional<Errc> sending_refused;
    std::uint32_t last_item = 0;
    Progress progress;
    Instant moved{};
    std::uint64_t moved_bytes = 0;
    io::Queue<Bytes> free;
    io::Queue<Chunk> filled;
    io::TaskGroup tasks;
};

void DeliverySender::State::fail(Error why) {
    if (failure) return;
    failure = std::move(why);
    outgoing.stop();
    link.abort();
    filled.close();
    free.close();
    answered.set();
    finished.set();
}

Status DeliverySender::State::send(const wire::pb::PeerMessage& message) {
    auto sent = link.send(wire::frame(message));
    if (!sent) fail(sent.error());
    return sent;
}

void DeliverySender::State::ended(ItemOutcome outcome) {
    if (!outcome.error) ++progress.files_done;
    observer.item_ended(outcome);
}

void DeliverySender::State::take_result(const wire::pb::ItemResult& result) {
    if (sending == result.item()) {
        // Before its end only a refusal makes sense. The sender, or its source, may be waiting: an empty
        // chunk wakes the one, and the other is told to stop.
        sending_refused = result.code() == 0 ? Errc::malformed : from_receiver(result.code());
        [[maybe_unused]] const bool woken = filled.push(Chunk{Bytes{}, std::size_t{0}});
        outgoing.skip_item();
        return;
    }
    const auto found = waiting.find(result.item());
    if (found == waiting.end()) return;
    auto item = std::move(found->second);
    waiting.erase(found);
    item.skipped = result.skipped();
    if (result.code() != 0) item.error = Error{from_receiver(result.code())};
    ended(std::move(item));
}

void DeliverySender::State::take(const wire::pb::PeerMessage& message) {
    moved = loop.now();
    if (message.has_offer_answer() && message.offer_answer().delivery() == terms.delivery) {
        if (answered.is_set()) return;
        answer = message.offer_answer().code();
        answered.set();
    } else if (message.has_item_result()) {
        take_result(message.item_result());
    } else if (message.has_delivery_result() && message.delivery_result().delivery() == terms.delivery) {
        if (!ended_here) return fail(Error{Errc::malformed, "settled before its end"});
        finished.set();
    } else if (message.has_close()) {
        fail(Error{Errc::interrupted, "the other side closed the session"});
    }
}

asio::awaitable<void> DeliverySender::State::read(std::shared_ptr<State> s) {
    while (!s->finished.is_set()) {
        auto frame = co_await s->link.read(never);
        if (!frame) {
            const auto code = frame.error().code();
            s->fail(code == Errc::closed ? Error{Errc::interrupted, "the other side is gone"}
                                         : frame.error());
            co_return;
        }
        if (frame->type() != wire::FrameType::control) {
            s->fail(Error{Errc::malformed, "data from the receiver"});
            co_return;
        }
        auto message = wire::parse_peer(frame->body());
        if (!message) {
            s->fail(message.error());
            co_return;
        }
        s->take(*message);
        if (s->answer != 0) co_return;  // declined: what follows on the link is not ours
    }
}

// Why nothing moves, if it is not the other side's fault: a person is asked (their client's beats say that
// it lives), the other side says what it is busy with, or our own source is quiet.
bool DeliverySender::State::waits_with_reason() const {
    if (!answered.is_set()) return true;
    const auto state = link.peer_state();
    return state == wire::BeatState::verifying || state == wire::BeatState::syncing ||
           state == wire::BeatState::asking || (sending && !writing);
}

// Nothing owed may stand still for longer than the stall time. Our own beats are no movement.
asio::awaitable<void> DeliverySender::State::watch(std::shared_ptr<State> s) {
    while (!s->finished.is_set() && !s->failure) {
        co_await io::sleep_until(s->loop, s->loop.now() + std::chrono::seconds(1));
        if (s->failure || s->finished.is_set()) co_return;
        const auto bytes = s->link.bytes_out();
        const bool took_some = s->writing && bytes != s->moved_bytes;
        s->moved_bytes = bytes;
        if (took_some || s->waits_with_reason()) s->moved = s->loop.now();
        if (s->loop.now() - s->moved >= s->terms.stall) s->fail(Error{Errc::stalled});
    }
}

asio::awaitable<void> DeliverySender::State::produce(std::shared_ptr<State> s) {
    for (bool more = true; more;) {
        auto buffer = co_await s->free.pop();
        if (!buffer) break;
        auto fill = [&outgoing = s->outgoing, &into = *buffer] {
            return outgoing.next_chunk(std::span{into}.subspan(headroom));
        };
        auto size = co_await s->pool.run(std::move(fill));
        more = size && *size > 0 && !s->sending_refused;
        if (!s->filled.push(Chunk{std::move(*buffer), std::move(size)})) break;
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
        const bool last = !chunk->size || *chunk->size == 0 || s->sending_refused;
        if (last) {
            s->give_back(std::move(chunk->buffer));
            co_return chunk->size ? Status{} : Status{chunk->size.error()};
        }
        const std::size_t size = *chunk->size;
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

asio::awaitable<Status> DeliverySender::State::send_all(std::shared_ptr<State> s) {
    while (!s->canceled) {
        auto next = [&outgoing = s->outgoing] { return outgoing.next_item(); };
        auto entry = co_await s->pool.run(std::move(next));
        if (s->failure) co_return *s->failure;
        // A source that was stopped gives no item, and its label may be that of the one before.
        if (s->canceled || (entry && !entry->has_value())) break;
        ItemOutcome outcome;
        outcome.label = s->outgoing.label();
        if (!entry) {
            outcome.name = outcome.label;
            outcome.error = entry.error();
            s->ended(std::move(outcome));
            continue;
        }
        auto sent = co_await send_item(s, std::move(outcome), std::move(**entry));
        if (!sent) co_return sent;
        auto room = co_await make_room(s);
        if (!room) co_return room;
    }
    auto settled = co_await send_end(s);
    co_return settled;
}

asio::awaitable<Status> DeliverySender::State::send_end(std::shared_ptr<State> s) {
    wire::pb::PeerMessage end;
    end.mutable_delivery_end()->set_delivery(s->terms.delivery);
    if (s->canceled) end.mutable_delivery_end()->set_code(wire::code_to(Errc::canceled));
    s->ended_here = true;
    auto sent = s->send(end);
    if (!sent) co_return sent;
    auto settled = co_await s->finished.wait();
    if (s->failure) co_return *s->failure;
    if (!settled) co_return settled;
    if (s->canceled) co_return Errc::canceled;
    co_return Status{};
}

asio::awaitable<void> DeliverySender::State::deliver(std::shared_ptr<State> s) {
    auto answered = co_await s->answered.wait();
    if (!answered) s->fail(answered.error());
    if (s->failure) {
        s->whole = *s->failure;
    } else if (s->answer != 0) {
        s->whole = Error{from_receiver(s->answer)};
    } else {
        s->whole = co_await send_all(s);
    }
    s->tasks.stop();
}

DeliverySender::DeliverySender(io::Loop& loop, io::Pool& pool, channel::Channel& link,
                               transfer::Outgoing& outgoing, OfferTerms terms, DeliveryObserver& observer)
    : state_(std::make_shared<State>(loop, pool, link, outgoing, std::move(terms), observer)) {}

DeliverySender::~DeliverySender() {
    state_->tasks.stop();
}

void DeliverySender::cancel() {
    state_->canceled = true;
    state_->outgoing.stop();
    // A question that is still open is not waited for.
    if (!state_->answered.is_set()) state_->fail(Error{Errc::canceled});
}

asio::awaitable<Status> DeliverySender::run() {
    const auto s = state_;
    wire::pb::PeerMessage offer;
    offer.mutable_offer()->set_delivery(s->terms.delivery);
    offer.mutable_offer()->set_files(s->terms.files);
    if (s->terms.total) offer.mutable_offer()->set_total(*s->terms.total);
    offer.mutable_offer()->set_first_name(s->terms.first_name);
    const auto sent = s->send(offer);
    if (!sent) co_return sent.error();
    s->tasks.spawn("reading the receiver", State::read(s));
    s->tasks.spawn("watching for a stall", State::watch(s));
    s->tasks.spawn("delivering", State::deliver(s));
    // Also when whoever called is cancelled: then all of it is, and its end is still waited for, since it
    // uses what the caller owns.
    co_await s->tasks.join();
    if (s->failure && !s->whole) s->whole = *s->failure;
    const Status done = s->whole.value_or(Errc::canceled);
    // What was sent and never settled did not arrive, as far as anybody here knows.
    for (auto& [number, item] : s->waiting) {
        item.error = done ? Error{Errc::malformed, "the receiver settled nothing"} : done.error();
        s->ended(std::move(item));
    }
    s->waiting.clear();
    s->link.set_beat_state(wire::BeatState::idle);
    co_return done;
}

}  // namespace p2pc::peer
