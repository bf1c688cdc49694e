#include "peer/delivery_receiver.hpp"

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"

namespace p2pc::peer {
namespace {

constexpr std::size_t buffers = 4;
constexpr std::size_t most_work = 256;  // of small items under way; data is bounded by the buffers

// One step for the disk, in the order of the link.
class Work {
  public:
    explicit Work(wire::pb::PeerMessage control) : message(std::move(control)) {}
    Work(wire::DataHeader where, Bytes bytes, std::size_t used)
        : is_data(true), header(where), buffer(std::move(bytes)), size(used) {}
    bool is_data = false;
    wire::pb::PeerMessage message;
    wire::DataHeader header;
    Bytes buffer;
    std::size_t size = 0;
};

}  // namespace

Result<transfer::Entry> entry_of(const wire::pb::ItemBegin& begin) {
    std::optional<ByteCount> size;
    if (begin.has_size()) size = ByteCount{begin.size()};
    std::optional<std::uint32_t> mode;
    if (begin.mode() != 0) mode = begin.mode();
    std::optional<transfer::FileTime> mtime;
    if (begin.mtime_ns() != 0) {
        constexpr std::int64_t second = 1'000'000'000;
        std::int64_t seconds = begin.mtime_ns() / second;
        std::int64_t rest = begin.mtime_ns() % second;
        if (rest < 0) {
            rest += second;
            --seconds;
        }
        mtime = transfer::FileTime{seconds, static_cast<std::uint32_t>(rest)};
    }
    switch (begin.kind()) {
        case wire::pb::ITEM_FILE:
            return transfer::Entry{transfer::EntryKind::file, begin.name(), size, mode, mtime};
        case wire::pb::ITEM_STREAM:
            return transfer::Entry{transfer::EntryKind::stream, begin.name(), size, mode, mtime};
        default:
            return Error{Errc::unsupported, "a kind of item this version does not take"};
    }
}

struct DeliveryReceiver::State : std::enable_shared_from_this<State> {
    State(io::Loop& l, io::Pool& p, channel::Channel& c, transfer::Incoming& i, ReceiveTerms t,
          DeliveryObserver& o)
        : loop(l),
          pool(p),
          link(c),
          incoming(i),
          terms(std::move(t)),
          observer(o),
          free(l, buffers),
          work(l, most_work),
          room(l),
          tasks(l, [this](std::string_view, std::exception_ptr) {
              fail(Error{Errc::internal, "receiving failed"});
          }) {
        for (std::size_t n = 0; n < buffers; ++n)
            give_back(Bytes{});
        moved = loop.now();
        progress.files_total = terms.files;
        progress.total = terms.total;
    }

    void give_back(Bytes buffer) { [[maybe_unused]] const bool kept = free.push(std::move(buffer)); }
    void fail(Error why);
    Status send(const wire::pb::PeerMessage& message);
    void settle(std::optional<Error> error);

    static asio::awaitable<void> watch(std::shared_ptr<State> s);
    static asio::awaitable<void> write(std::shared_ptr<State> s);
    static asio::awaitable<Status> write_one(std::shared_ptr<State> s, Work& step);
    static asio::awaitable<Status> begin(std::shared_ptr<State> s, const wire::pb::ItemBegin& message);
    static asio::awaitable<Status> data(std::shared_ptr<State> s, Work& step);
    static asio::awaitable<Status> end(std::shared_ptr<State> s, const wire::pb::ItemEnd& message);
    static asio::awaitable<void> receive(std::shared_ptr<State> s);
    static asio::awaitable<Status> read(std::shared_ptr<State> s);
    static asio::awaitable<Status> read_data(std::shared_ptr<State> s, channel::Frame frame);
    Status finish(const wire::pb::DeliveryEnd& message);

    io::Loop& loop;
    io::Pool& pool;
    channel::Channel& link;
    transfer::Incoming& incoming;
    ReceiveTerms terms;
    DeliveryObserver& observer;
    io::Queue<Bytes> free;
    io::Queue<Work> work;
    io::Event room;  // pulsed when the writer took a step
    std::optional<Error> failure;
    std::optional<Status> finished;
    bool disk_busy = false;

    // The item under way, as the writer sees it.
    std::optional<ItemOutcome> current;
    bool skipping = false;  // refused or failed: its data is dropped until its end
    std::uint64_t next_offset = 0;
    std::uint32_t last_item = 0;

    Progress progress;
    Instant moved{};
    std::uint64_t taken = 0;
    io::TaskGroup tasks;
};

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
    s->tasks.spawn("writing to disk", State::write(s));
    s->tasks.spawn("watching for a stall", State::watch(s));
    s->tasks.spawn("receiving", State::receive(s));
    // Also when whoever called is cancelled: the disk's work uses what the caller owns.
    co_await s->tasks.join();
    s->link.set_beat_state(wire::BeatState::idle);
    if (s->finished && !s->failure) co_return *s->finished;
    if (!s->failure) s->fail(Error{Errc::canceled});
    if (s->current && !s->skipping) {
        s->current->error = *s->failure;
        s->observer.item_ended(*s->current);
    }
    co_return *s->failure;
}

}  // namespace p2pc::peer
