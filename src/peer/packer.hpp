// Packer: the items of a delivery as frames, a batch at a time (docs/protocol.md, "A delivery of files").
//
// Many small files make one batch, a large one many: what is read lands where it is sent from. fill() blocks:
// on the pool, one at a time. refuse() and answer() from any thread.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "peer/batch.hpp"
#include "transfer/sending.hpp"

namespace p2pc::peer {

enum class Asking : std::uint8_t {
    no,
    yes,   // each entry is asked about before it is sent
    only,  // and nothing is sent
};

struct PackTerms {
    std::uint32_t delivery = 1;
    Asking asking = Asking::no;
    bool remove = false;  // folders say whether they were sent whole
    bool times = true;
    std::size_t piece = 256 * 1024;  // bytes of files in a batch
    bool checksum = false;           // of each file, for people (`--checksum`)
};

class Packer {
  public:
    // 256 KiB a piece suits tmpfs and TLS (docs/decisions/0006-files.md); the rest is for the frames around
    // it.
    static constexpr std::size_t piece_size = PackTerms{}.piece;
    static constexpr std::size_t buffer_size = piece_size + 1024;
    // Patterns of what is left out of a folder take more (PackTerms::remove).
    static constexpr std::size_t least_buffer = 8 * 1024;
    static constexpr std::size_t most_ahead = 1000;  // entries asked about and not yet items

    Packer(transfer::Outgoing& outgoing, const PackTerms& terms);

    // The frames that come next. A stream that is quiet is waited for, but not with frames in hand.
    // REQUIRES: `buffer` has at least least_buffer bytes.
    Batch fill(Bytes buffer);

    // The other side does not want the rest of this item, and of a folder what is in it.
    void refuse(std::uint32_t item);
    //   Errc::malformed  nobody asked that
    Status answer(const wire::pb::AskAnswer& answer);

    // What the other side has of the current item, piece by piece; of another item it is not wanted any more.
    //   Errc::malformed  not in order, or more than it said
    Status chunks(const wire::pb::ItemChunks& message);

    // Nothing failed at its source so far.
    bool whole() const noexcept { return whole_; }

  private:
    // A file's next piece is not cut smaller than this to fill a buffer.
    static std::size_t least_piece(const Batch& batch) noexcept { return batch.capacity() / 4; }

    class Folder {
      public:
        explicit Folder(ItemOutcome o) : outcome(std::move(o)) {}
        ItemOutcome outcome;
        bool whole = true, refused = false;
        std::uint64_t bytes = 0;
    };
    class Item {
      public:
        ItemOutcome outcome;
        std::uint64_t offset = 0;
        bool is_stream = false, top = false;
        std::uint64_t from = 0;  // bytes the other side had
        bool poured = false;     // all behind that is sent
    };
    using Answer = std::optional<wire::pb::AskAnswer>;

    // A name, a target and what else a beginning or a question has, and the patterns of a folder.
    static constexpr std::size_t most_patterns = 32 * 1024;
    std::size_t entry_room() const noexcept { return 6 * 1024 + (terms_.remove ? most_patterns : 0); }

    void ask(Batch& batch);
    void put_ask(Batch& batch, const transfer::Entry& entry);
    static bool is_answered(const transfer::Entry& entry) noexcept;
    Answer answer_to(std::uint32_t number);

    bool begin_next(Batch& batch, bool leaving);
    bool drop_next(Batch& batch, const wire::pb::AskAnswer& answer);
    bool begin(Batch& batch, const transfer::Entry& entry, const Answer& answer);
    void begin_file(const transfer::Entry& entry, const Answer& answer, wire::pb::ItemBegin& message);
    bool is_kept(const transfer::Entry& entry, const Answer& answer);
    void begin_folder(Batch& batch, const transfer::Entry& entry, ItemOutcome outcome);
    void end_folder(Batch& batch);
    bool pour(Batch& batch);
    bool pour_piece(Batch& batch, std::size_t room);
    bool pour_repair(Batch& batch, std::size_t room);
    Status compare();
    void end_item(Batch& batch);
    void give_up(Batch& batch, const Error& why);
    void failed(Batch& batch, ItemOutcome outcome);
    ItemOutcome outcome_of(const transfer::Entry& entry) const;
    wire::pb::PeerMessage begin_message(const transfer::Entry& entry);
    static bool put_patterns(google::protobuf::RepeatedPtrField<std::string>& into,
                             const std::vector<std::string>& patterns);

    void hear_refusals();
    bool item_is_refused() const;
    bool leave_refused_folder();

    transfer::Outgoing& outgoing_;
    const PackTerms terms_;
    std::uint32_t last_item_ = 0;
    std::optional<Item> item_;     // begun, and not ended
    std::vector<Folder> folders_;  // begun, and not ended
    bool item_refused_ = false;
    std::deque<std::uint64_t> repairs_;  // chunks of the current item that are to be sent again
    std::size_t repaired_ = 0;           // bytes of the first of them
    std::atomic<bool> whole_ = true;

    std::vector<bool> asked_whole_;  // a folder of the walk of questions each: nothing in it failed
    bool asked_all_ = false;

    std::mutex lock_;                          // over what follows
    std::optional<std::uint32_t> sending_;     // whose source may be waited for
    std::vector<std::uint32_t> refused_;       // not yet heard
    std::deque<wire::pb::AskAnswer> answers_;  // in the order of the questions
    std::uint32_t last_ask_ = 0, last_answer_ = 0;
    std::deque<crypto::ChunkHash> theirs_;   // of the item that is sent, not yet compared
    std::uint64_t heard_ = 0, to_hear_ = 0;  // chunks
};

}  // namespace p2pc::peer
