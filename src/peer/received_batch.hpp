// ReceivedBatch: what a link brought of a delivery, gathered for one job of the pool; ReceivedItems: does
// such a job, item after item, and says what the sender and the person here are to be told.
//
// A job a frame cost more than the disk did for small files, so as many as have come meanwhile go together.
// No network: a batch is filled on the loop, then lent to one job, and its result is told on the loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <span>
#include <vector>

#include "peer/delivery.hpp"
#include "transfer/receiving.hpp"
#include "wire/frame.hpp"
#include "wire/message.hpp"

namespace p2pc::peer {

class ReceivedBatch {
  public:
    // A large piece fills a batch alone; small ones are many.
    static constexpr std::size_t most_bytes = 256 * 1024;
    static constexpr std::size_t most_steps = 1024;
    static constexpr std::size_t spare = channel::Channel::data_headroom;

    class Step {
      public:
        explicit Step(wire::pb::PeerMessage control) : message(std::move(control)) {}
        Step(wire::DataHeader header, std::size_t from, std::size_t count)
            : is_data(true), data(header), at(from), size(count) {}
        bool is_data = false;
        wire::pb::PeerMessage message;
        wire::DataHeader data;
        std::size_t at = 0, size = 0;  // of the data, in the batch's bytes
    };

    bool empty() const noexcept { return steps_.empty(); }
    // Whether `size` bytes, or with 0 another step, still belong in it.
    bool has_room(std::size_t size) const noexcept {
        return steps_.empty() || (steps_.size() < most_steps && used_ + size <= most_bytes);
    }
    void add(wire::pb::PeerMessage message) { steps_.emplace_back(std::move(message)); }
    // Where the bytes of a piece go, before add() takes them; spare bytes are behind them.
    std::span<std::byte> room_for(std::size_t size) {
        const auto needed = used_ + size + spare;
        if (bytes_.size() < needed) bytes_.resize(std::max(needed, most_bytes + spare));
        return std::span{bytes_}.subspan(used_, size);
    }
    void add(wire::DataHeader header, std::size_t size) {
        steps_.emplace_back(header, used_, size);
        used_ += size;
    }
    void clear() {
        steps_.clear();
        used_ = 0;
    }

    const std::vector<Step>& steps() const noexcept { return steps_; }
    BytesView data_of(const Step& step) const { return BytesView{bytes_}.subspan(step.at, step.size); }

  private:
    std::vector<Step> steps_;
    Bytes bytes_;
    std::size_t used_ = 0;
};

// An item that came to its end here.
class SettledItem {
  public:
    SettledItem(ItemOutcome what, bool tell) : outcome(std::move(what)), told(tell) {}
    ItemOutcome outcome;
    bool told;  // the sender has an ItemResult of it
};

class ReceivedItems {
  public:
    // What a batch came to.
    class Done {
      public:
        std::vector<SettledItem> settled;
        std::uint64_t bytes = 0;    // of content
        std::uint64_t files = 0;    // complete
        std::uint64_t resumed = 0;  // bytes of items begun that were here
        std::vector<wire::pb::ItemChunks> chunks;
        std::vector<wire::pb::AskAnswer> answers;
        std::vector<std::string> started_over;  // names of items of which another version was here in part
        std::string name;                       // of the last item
        std::optional<wire::pb::DeliveryEnd> end;
        std::uint64_t removed = 0;  // entries, or that would be in a dry run
    };

    // What the delivery brings beside questions.
    enum class Items { any, none };

    ReceivedItems(transfer::Incoming& incoming, std::uint32_t delivery, transfer::KeyOf key, Items items)
        : incoming_(incoming), delivery_(delivery), key_of_(std::move(key)), items_(items) {}

    // On a thread of the pool, one call at a time. What was settled before an error is in `done`, too.
    //   Errc::malformed  the sender broke the order: the delivery is over
    Status run(const ReceivedBatch& batch, Done& done);

    // Hashes what was here of the current item, some of it: job by job, between the batches. As run().
    Status hash(Done& done);
    // Whether there is more of that.
    bool hashes() const noexcept { return open_ && !skipping_ && hashed_ < from_; }

    // The item, and the tree around it, that were not settled: the link is gone.
    std::vector<ItemOutcome> unsettled(const Error& why);
    const std::string& name() const noexcept { return current_.label; }

  private:
    Status step(const ReceivedBatch& batch, const ReceivedBatch::Step& step, Done& done);
    Status begin(const wire::pb::ItemBegin& message, Done& done);
    Status begun(Result<transfer::Incoming::Begun> begun, const transfer::Entry& entry, Done& done);
    Status up(const wire::pb::ItemBegin& message, Done& done);
    Status ask(const wire::pb::Ask& message, Done& done);
    Status finish(const wire::pb::DeliveryEnd& message, Done& done);
    Status data(const wire::DataHeader& header, BytesView bytes, Done& done);
    Status hole(const wire::pb::ItemHole& message, Done& done);
    Status took(Status written, std::uint64_t size, Done& done);
    Status end(const wire::pb::ItemEnd& message, Done& done);
    std::string inside() const;
    void settle(Done& done, std::optional<Error> error, bool skipped = false);

    transfer::Incoming& incoming_;
    std::uint32_t delivery_;
    transfer::KeyOf key_of_;
    Items items_;
    std::unique_ptr<transfer::Asking> asking_;  // from the first question on
    std::uint32_t last_ask_ = 0;

    ItemOutcome current_;    // the item begun last
    bool open_ = false;      // data and end of it are to come
    bool skipping_ = false;  // and are of no use: it was refused, failed, or is there
    std::uint64_t next_offset_ = 0;
    std::uint64_t from_ = 0, hashed_ = 0;  // bytes that were here, and those the sender was told of
    std::uint32_t last_item_ = 0;
    std::optional<ItemOutcome> tree_;  // the outermost folder, when it was taken
    std::uint32_t depth_ = 0;
    std::vector<std::string> folders_;  // around what comes next: those that were taken
};

}  // namespace p2pc::peer
