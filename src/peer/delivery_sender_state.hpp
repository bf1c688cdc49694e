// The inside of a DeliverySender: what its reader, its watch and the coroutine that sends share. One loop.
#pragma once

#include <deque>
#include <map>

#include "io/event.hpp"
#include "io/task_group.hpp"
#include "io/worker.hpp"
#include "peer/delivery_sender.hpp"
#include "peer/lane_order.hpp"
#include "peer/packer.hpp"

namespace p2pc::peer {

struct DeliverySender::State : std::enable_shared_from_this<State> {
    // Four of them keep disk, digest and socket busy at once (docs/decisions/0006-files.md).
    static constexpr std::size_t batches_ahead = 4;
    // With lanes batches are smaller, and each lane brings some (docs/decisions/0018-lanes.md).
    static constexpr std::size_t lane_buffer = 16 * 1024 + 1024;
    static constexpr std::size_t batches_a_lane = 2;
    // Entries of trees that are remembered by name for when a result comes. More can be on their way only
    // when they are smaller than what the link holds, and are then told of by number.
    static constexpr std::size_t most_recent = 16 * 1024;

    // A top-level item that the other side has to settle.
    class Waiting {
      public:
        explicit Waiting(ItemOutcome o) : outcome(std::move(o)) {}
        ItemOutcome outcome;
        bool sent = false;      // to its end
        bool lost_one = false;  // something in it has a result and no name any more
    };

    // An entry of a tree on its way.
    class Recent {
      public:
        Recent(std::uint32_t number, ItemOutcome outcome)
            : item(number), label(std::move(outcome.label)), size(outcome.size), kind(outcome.kind) {}
        std::uint32_t item;
        std::string label;
        std::optional<ByteCount> size;
        transfer::EntryKind kind;
    };

    // A further connection.
    class Lane {
      public:
        explicit Lane(std::unique_ptr<channel::Channel> l) : link(std::move(l)) {}
        std::unique_ptr<channel::Channel> link;
        bool used = false;   // the other side was told what it is for
        bool fed = false;    // and no batch goes over it any more
        bool ended = false;  // the other side's end was heard
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
          answers_came(l),
          turn(l),
          tasks(l, [this](std::string_view, std::exception_ptr) {
              fail(Error{Errc::internal, "sending failed"});
          }) {
        moved = loop.now();
        progress.total = terms.total;
        if (terms.files > 0) progress.files_total = terms.files;
    }

    void fail(Error why);
    void take(const wire::pb::PeerMessage& message);
    void take_result(const wire::pb::ItemResult& result);
    bool waits_with_reason() const;
    Status send(const wire::pb::PeerMessage& message);
    void ended(ItemOutcome outcome);
    void start_packing();
    Batch pack(Bytes buffer);
    std::size_t buffer_size() const noexcept;
    void give_back(Bytes buffer);
    void show_state();
    void add_lane(std::unique_ptr<channel::Channel> link_of_it);
    void join_lane(const std::shared_ptr<Lane>& lane);
    void join_lanes(std::uint32_t most);
    void expect_fewer() noexcept;
    void start_lanes();
    void start_lane(const std::shared_ptr<Lane>& lane);
    std::uint64_t bytes_taken() const;
    Instant last_progress() const;
    void give_parked();
    void take_note(Note note);
    void take_entry_result(const wire::pb::ItemResult& result);

    static asio::awaitable<void> read(std::shared_ptr<State> s);
    static asio::awaitable<void> keep_packing(std::shared_ptr<State> s);
    static asio::awaitable<Status> await_answer(std::shared_ptr<State> s);
    static asio::awaitable<void> watch(std::shared_ptr<State> s);
    static asio::awaitable<Status> send_all(std::shared_ptr<State> s);
    static asio::awaitable<Status> feed(std::shared_ptr<State> s, channel::Channel& over);
    static asio::awaitable<Status> take_batch(std::shared_ptr<State> s, std::optional<Batch>& into);
    static asio::awaitable<Status> next_batch(std::shared_ptr<State> s, std::optional<Batch>& into);
    static asio::awaitable<void> feed_lane(std::shared_ptr<State> s, std::shared_ptr<Lane> lane);
    static asio::awaitable<void> read_lane(std::shared_ptr<State> s, std::shared_ptr<Lane> lane);
    static asio::awaitable<Status> send_end(std::shared_ptr<State> s);
    static asio::awaitable<Status> send_batch(std::shared_ptr<State> s, channel::Channel& over, Batch& batch);
    static asio::awaitable<void> deliver(std::shared_ptr<State> s);

    io::Loop& loop;
    io::Pool& pool;
    channel::Channel& link;
    transfer::Outgoing& outgoing;
    OfferTerms terms;
    DeliveryObserver& observer;
    io::Event answered, finished;  // also set when the link fails
    io::Event answers_came;
    io::Event turn;  // pulsed: another batch may be taken, or a lane has no more to send
    std::uint32_t answer = 0;
    bool resume = false;
    std::optional<Error> failure;
    std::optional<Status> whole;  // how all of it ended
    bool canceled = false;
    bool leaving = false;
    bool closed = false;                           // by the receiver, in order
    Instant owed_since{};                          // from the answer on something is owed
    bool ended_here = false;                       // DeliveryEnd is on its way
    std::vector<const channel::Channel*> writing;  // over these a batch waits to be taken
    bool reading = false;                          // nothing to send: our own source is waited for
    bool asking_them = false;                      // or an answer
    // From the answer on. The packer is the worker's, but for what may be called from any thread.
    std::optional<Packer> packer;
    std::optional<io::Worker<Bytes, Batch>> packing;
    bool packed_all = false;                   // the worker's, too
    bool taking = false;                       // a batch, by one lane at a time: in their order
    bool all_taken = false;                    // the last of them
    std::uint64_t next_number = 0;             // of a batch; 0: they have none, there is one link
    std::size_t lanes_to_come = terms.lanes;   // as far as is known
    std::size_t lanes_taken = 0;               // by the other side, at most
    std::vector<std::shared_ptr<Lane>> lanes;  // that are here
    std::size_t joined = 0, feeding = 0;       // of them
    std::size_t buffers = batches_ahead;       // that go round
    std::vector<Bytes> parked;                 // buffers that nothing can be put in before an answer has come
    std::map<std::uint32_t, Waiting> waiting;  // top-level items
    std::deque<Recent> recent;                 // entries of trees, in the order of their numbers
    std::uint64_t removed = 0;
    Progress progress;
    Instant moved{};
    std::uint64_t moved_bytes = 0;
    io::TaskGroup tasks;
};

}  // namespace p2pc::peer
