// The inside of a DeliveryReceiver: what its reader, its writer and its watch share. One loop.
#pragma once

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "io/worker.hpp"
#include "peer/delivery_receiver.hpp"
#include "peer/lane_order.hpp"
#include "peer/received_batch.hpp"

namespace p2pc::peer {

struct DeliveryReceiver::State : std::enable_shared_from_this<State> {
    // Of these one is filled, one written, and the others keep the link moving while the disk is slow. More
    // leave the cache (docs/decisions/0016-speed-of-transfers.md).
    static constexpr std::size_t batches = 8;
    // What became of a batch.
    class Written {
      public:
        explicit Written(std::unique_ptr<ReceivedBatch> b) : batch(std::move(b)) {}
        std::unique_ptr<ReceivedBatch> batch;
        ReceivedItems::Done done;
        Status status;
        bool hashes = false;  // there is more to hash of what was here
    };

    // A connection that is read.
    class Lane {
      public:
        Lane(channel::Channel& l, std::size_t n) : link(l), number(n) {}
        Lane(std::unique_ptr<channel::Channel> l, std::size_t n) : own(std::move(l)), link(*own), number(n) {}
        std::unique_ptr<channel::Channel> own;
        channel::Channel& link;
        std::size_t number;
    };

    // Results wait in the link's queue, which is bounded: past this many bytes of them the link goes first.
    static constexpr std::size_t most_queued = 64 * 1024;

    State(io::Loop& l, io::Pool& p, channel::Channel& c, transfer::Incoming& i, ReceiveTerms t,
          DeliveryObserver& o)
        : loop(l),
          pool(p),
          link(c),
          incoming(i),
          terms(std::move(t)),
          items(i, terms.delivery, terms.key,
                terms.brings == ReceiveTerms::Brings::questions ? ReceivedItems::Items::none
                                                                : ReceivedItems::Items::any),
          observer(o),
          free(l, batches),
          disk(l, p, [this](std::unique_ptr<ReceivedBatch> batch) { return this->run(std::move(batch)); }),
          written(l),
          turn(l),
          tasks(l, [this](std::string_view, std::exception_ptr) {
              fail(Error{Errc::internal, "receiving failed"});
          }) {
        for (std::size_t n = 0; n < batches; ++n)
            give_back(std::make_unique<ReceivedBatch>());
        moved = loop.now();
        progress.files_total = terms.files;
        progress.total = terms.total;
    }

    void give_back(std::unique_ptr<ReceivedBatch> batch) {
        batch->clear();
        [[maybe_unused]] const bool kept = free.push(std::move(batch));
    }
    void hand_over();
    Written run(std::unique_ptr<ReceivedBatch> batch);
    void fail(Error why);
    Status send(const wire::pb::PeerMessage& message);
    void add_lane(std::unique_ptr<channel::Channel> another);
    Error close();

    static asio::awaitable<void> watch(std::shared_ptr<State> s);
    static asio::awaitable<void> write(std::shared_ptr<State> s);
    static asio::awaitable<void> keep_writing(std::shared_ptr<State> s);
    static asio::awaitable<Status> settle(std::shared_ptr<State> s, Written& done);
    static asio::awaitable<Status> tell(std::shared_ptr<State> s, std::vector<SettledItem> settled);
    static asio::awaitable<Status> answer(std::shared_ptr<State> s, std::vector<wire::pb::AskAnswer> answers);
    static asio::awaitable<void> leave(std::shared_ptr<State> s);
    static asio::awaitable<void> receive(std::shared_ptr<State> s);
    static asio::awaitable<Status> read(std::shared_ptr<State> s, Lane& lane);
    static asio::awaitable<void> read_lane(std::shared_ptr<State> s, std::shared_ptr<Lane> lane);
    static asio::awaitable<Status> await_turn(std::shared_ptr<State> s, Lane& lane);
    static asio::awaitable<Status> read_mark(std::shared_ptr<State> s, Lane& lane);
    static asio::awaitable<Status> read_data(std::shared_ptr<State> s, Lane& lane, channel::Frame frame);
    static asio::awaitable<Status> read_control(std::shared_ptr<State> s, Lane& lane, channel::Frame frame);
    static asio::awaitable<Status> make_room(std::shared_ptr<State> s, std::size_t size);
    Status finish(const wire::pb::DeliveryEnd& message, std::uint64_t removed);

    io::Loop& loop;
    io::Pool& pool;
    channel::Channel& link;
    transfer::Incoming& incoming;
    ReceiveTerms terms;
    ReceivedItems items;
    DeliveryObserver& observer;
    io::Queue<std::unique_ptr<ReceivedBatch>> free;
    io::Worker<std::unique_ptr<ReceivedBatch>, Written> disk;  // without a batch it hashes what was here
    bool broken = false;                                       // the worker's: nothing after an error counts
    bool hashing = false;                                      // the worker was told to
    std::unique_ptr<ReceivedBatch> filling;      // by the reader; null: it waits for one, or has ended
    const channel::Channel* in_frame = nullptr;  // the reader is in the middle of one of its frames
    std::uint64_t moved_bytes = 0;               // of that, when the watch last looked
    io::Event written;                           // set when the writer has ended
    LaneOrder order;
    std::vector<std::shared_ptr<Lane>> lanes;  // further ones
    io::Event turn;                            // pulsed: it is another lane's
    bool read_all = false;                     // to the DeliveryEnd
    std::optional<Error> failure;
    std::optional<Status> finished;
    bool closed = false;    // by the sender, in order
    bool canceled = false;  // by a person here

    Progress progress;
    Instant moved{};
    io::TaskGroup tasks;
};

}  // namespace p2pc::peer
