// Incoming: one delivery from the receiver's side: judges each item, takes its bytes, checks the digest.
//
// Everything it is given comes from a stranger. An item that fails stays failed: data() and end() repeat its
// error until the next begin(), because a sender that does not wait for answers has more under way. A breach
// of the order (Errc::malformed) ends the whole delivery. No network and no clock. Calls block; one at a
// time, from any thread; stop() alone at any time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "crypto/checksum.hpp"
#include "crypto/digest.hpp"
#include "transfer/asking.hpp"
#include "transfer/entry.hpp"
#include "transfer/output.hpp"
#include "transfer/removal.hpp"
#include "transfer/tree.hpp"

namespace p2pc::transfer {

struct ReceivePolicy {
    ByteCount max_size{std::uint64_t{1} << 62};  // bytes an item; --max-size
};

class ReceivedItem {
  public:
    ReceivedItem(std::optional<std::string> path, ByteCount size, std::string digest)
        : path_(std::move(path)), size_(size), digest_(std::move(digest)) {}
    const std::optional<std::string>& path() const noexcept { return path_; }  // absolute; none: a pipe
    ByteCount size() const noexcept { return size_; }
    const std::string& digest() const noexcept { return digest_; }  // "algorithm:hex"
    // The same, and compared, where the sender announced one; else empty.
    const std::string& checksum() const noexcept { return checksum_; }
    void set_checksum(std::string checksum) { checksum_ = std::move(checksum); }
    std::string_view algorithm() const noexcept { return crypto::algorithm_of(digest_); }

  private:
    std::optional<std::string> path_;
    ByteCount size_;
    std::string digest_, checksum_;
};

class Incoming {
  public:
    // Whether what a sender that mirrors does not have may be removed: both of them said so.
    enum class Removing { no, yes };

    Incoming(std::unique_ptr<Output> output, ReceivePolicy policy, Removing removing = Removing::no);
    // An item in the middle is kept as a partial, for a later command to go on with.
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;

    // What became of an entry: it is taken (of a file, data() and end() follow), it is there already, or it
    // is in a folder that was refused, with all that is in it, and nothing is said of it.
    enum class Begun { taken, there, passed };

    // A file or a stream, in the folder that is open or at the top.
    //   Errc::refused    the name, the size or a second item is against the policy
    //   Errc::no_space, Errc::local_io, as Output::begin()
    //   Errc::malformed  the entry contradicts itself, or an item is not ended yet
    Result<Begun> begin(const Entry& entry, const KeyOf& key_of);
    // A folder: what follows is in it. After an error all that is in it is passed. Errors as begin().
    // `left_out`: patterns of what the sender left out in it and below, which stays here, too.
    Result<Begun> enter(const Entry& folder, const KeyOf& key_of,
                        const std::vector<std::string>& left_out = {});
    // A symlink. `number` is told when it cannot be made in the end. Errors as begin().
    Result<Begun> link(const Entry& link, std::uint32_t number);
    // A file or link that the sender was told is there. Errc::refused: it is not; otherwise as begin().
    Result<Begun> keep(const Entry& entry, const KeyOf& key_of);
    // Out of the open folder. A value: it was the outermost, and what was in it is durable under its final
    // name.
    //   Errc::malformed  no folder is open, or an item is not ended
    //   Errc::no_space   it shows whole or not at all, and something of it was refused for that
    //   otherwise        the outermost could not be placed
    Result<std::optional<TreePlaced>> up(Whole whole = Whole::no);
    // After all has come, and nothing failed at its source: removes what may go, and says how many went.
    //   Errc::malformed  in the middle of a tree
    //   Errc::local_io
    Result<std::uint64_t> remove();

    // The questions of a sender that asks, from the first on: their own walk, beside the items. Null: nobody
    // answers here. It may be used beside the other calls only where `counting` is no: a dry run has no
    // items.
    enum class Counting { no, yes };  // what would be removed
    // It is of no use any more when this is gone.
    std::unique_ptr<Asking> asking(Counting counting);
    std::uint64_t removable() const noexcept { return removal_ ? removal_->count() : 0; }

    // Whether what comes next is in a folder.
    bool in_tree() const noexcept { return tree_ != nullptr || refused_ > 0; }

    //   Errc::malformed  past the announced size, or no item is begun
    //   Errc::refused    a stream grew past the policy's size
    //   otherwise as Sink::append()
    Status data(BytesView bytes);

    // So many zeros, which are neither read nor written where they need not be. Errors as data().
    Status hole(std::uint64_t length);

    // What was here of the item (entry.from()) is hashed for the sender to compare: the next chunks of it, at
    // most `most`; none when all were given. Errors as data().
    Result<std::vector<crypto::ChunkHash>> next_hashes(std::size_t most);
    // A part of a chunk that was given a hash, again: whole chunks in parts, one behind the other.
    //   Errc::malformed  no such chunk, no hash was given of it, or another is not whole yet
    //   otherwise as data()
    Status repair(std::uint64_t offset, BytesView bytes);

    // Compares size and digest, makes the item durable under its final name, and only then succeeds.
    //   Errc::integrity    the size or the digest does not match; nothing is left of the item
    //   Errc::malformed    no item is begun
    //   Errc::unsupported  a digest of a kind this version does not know
    //   otherwise as Sink::commit()
    Result<ReceivedItem> end(const ItemEnd& end);

    // The sender takes the item back, or the person here does not want it: nothing is left of it.
    void abandon();

    // Of the last begin() that found it there: where, as far as it is known.
    std::optional<std::string> there() const { return output_->there(); }
    bool in_item() const noexcept { return sink_ != nullptr; }
    ByteCount received_of_item() const noexcept { return received_; }
    void stop() noexcept {
        stopped_ = true;
        output_->stop();
    }

  private:
    enum class State { idle, open, failed, broken };
    std::optional<Error> check(const Entry& entry);
    Error fail(Error error);
    Error left_out_of_tree(Error error);
    Error breach(std::string detail);
    Status take(BytesView bytes);
    Status grow_to(std::uint64_t size);
    Status begin_behind(const Entry& entry);
    Status sum_again();
    std::string whole_digest();
    Result<ReceivedItem> complete(const ItemEnd& end);

    std::unique_ptr<Output> output_;
    std::atomic<bool> stopped_ = false;
    ReceivePolicy policy_;
    std::unique_ptr<Removal> removal_;  // null: nothing is removed
    State state_ = State::idle;
    std::optional<Error> error_;  // of the failed item
    std::optional<Entry> entry_;
    std::unique_ptr<Tree> tree_;  // the top-level folder that is open
    std::uint32_t refused_ = 0;   // how deep we are in a folder that was refused
    std::unique_ptr<Sink> sink_;
    crypto::ChunkedDigest digest_;  // of what came
    ByteCount received_;
    std::optional<crypto::Checksum> checksum_;
    // Of an item that was here in part: the chunks of what was here, and of what came.
    std::uint64_t from_ = 0;
    std::vector<crypto::ChunkHash> had_, behind_;
    std::optional<crypto::ChunkedDigest> repair_;  // the chunk that is coming again
    std::uint64_t repaired_ = 0;                   // its next byte, in the file
};

}  // namespace p2pc::transfer
