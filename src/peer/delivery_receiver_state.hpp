// The inside of a DeliveryReceiver: what its reader, its writer and its watch share. One loop.
#pragma once

#include "io/event.hpp"
#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "peer/delivery_receiver.hpp"

namespace p2pc::peer {

struct DeliveryReceiver::State : std::enable_shared_from_this<State> {
    static constexpr std::size_t buffers = 4;
    static constexpr std::size_t most_work = 256;  // of small items under way; data is bounded by the buffers

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

}  // namespace p2pc::peer
