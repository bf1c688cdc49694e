// The inside of a DeliverySender: what its reader, its watch and the coroutine that sends share. One loop.
#pragma once

#include <map>

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "peer/delivery_sender.hpp"

namespace p2pc::peer {

struct DeliverySender::State : std::enable_shared_from_this<State> {
    // 256 KiB a write suits tmpfs and TLS; four of them keep disk, digest and socket busy at once
    // (docs/decisions/0006-files.md).
    static constexpr std::size_t chunk_size = 256 * 1024;
    static constexpr std::size_t chunks_ahead = 4;
    static constexpr std::size_t headroom = channel::Channel::data_headroom;
    // Empty files are control frames only: past this many bytes of them the link goes first.
    static constexpr std::size_t most_queued = 64 * 1024;

    class Chunk {
      public:
        Chunk(Bytes bytes, Result<transfer::Piece> filled)
            : buffer(std::move(bytes)), piece(std::move(filled)) {}
        Bytes buffer;  // with room for the frame's header in front
        Result<transfer::Piece> piece;
    };

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

}  // namespace p2pc::peer
