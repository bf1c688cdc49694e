// The inside of a DeliveryReceiver: what its reader, its writer and its watch share. One loop.
#pragma once

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "peer/delivery_receiver.hpp"
#include "peer/received_batch.hpp"

namespace p2pc::peer {

struct DeliveryReceiver::State : std::enable_shared_from_this<State> {
    // Of these one is filled, one written, and two keep the link moving while the disk is slow.
    static constexpr std::size_t batches = 4;
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
          work(l, batches),
          written(l),
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
    void fail(Error why);
    Status send(const wire::pb::PeerMessage& message);

    static asio::awaitable<void> watch(std::shared_ptr<State> s);
    static asio::awaitable<void> write(std::shared_ptr<State> s);
    static asio::awaitable<Status> hash_some(std::shared_ptr<State> s);
    static asio::awaitable<Status> told(std::shared_ptr<State> s, Status run, ReceivedItems::Done& done);
    static asio::awaitable<Status> write_batch(std::shared_ptr<State> s, const ReceivedBatch& batch);
    static asio::awaitable<Status> tell(std::shared_ptr<State> s, std::vector<SettledItem> settled);
    static asio::awaitable<Status> answer(std::shared_ptr<State> s, std::vector<wire::pb::AskAnswer> answers);
    static asio::awaitable<void> receive(std::shared_ptr<State> s);
    static asio::awaitable<Status> read(std::shared_ptr<State> s);
    static asio::awaitable<Status> read_data(std::shared_ptr<State> s, channel::Frame frame);
    static asio::awaitable<Status> make_room(std::shared_ptr<State> s, std::size_t size);
    Status finish(const wire::pb::DeliveryEnd& message, std::uint64_t removed);

    io::Loop& loop;
    io::Pool& pool;
    channel::Channel& link;
    transfer::Incoming& incoming;
    ReceiveTerms terms;
    ReceivedItems items;
    DeliveryObserver& observer;
    io::Queue<std::unique_ptr<ReceivedBatch>> free, work;
    std::unique_ptr<ReceivedBatch> filling;  // by the reader; null: it waits for one, or has ended
    bool in_frame = false;                   // the reader is in the middle of a step
    bool writer_waits = false;
    io::Event written;  // set when the writer has ended
    std::optional<Error> failure;
    std::optional<Status> finished;
    bool disk_busy = false;
    bool closed = false;  // by the sender, in order

    Progress progress;
    Instant moved{};
    io::TaskGroup tasks;
};

}  // namespace p2pc::peer
