// Outgoing: one delivery from the sender's side: its items one after another, each begun, read and ended.
//
//   while (true) {
//       auto item = outgoing.next_item();        // error: this item cannot be sent; the next one may
//       if (item && !*item) break;               // all done
//       ... announce **item; of a file or stream next_piece(buffer), until it has no size; then end()
//   }
//
// Who asks before he sends looks ahead: what was looked at becomes an item later, in the same order.
// No network and no clock. Calls block; one at a time, from any thread; skip_item() and stop() at any time.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <p2pc/base/result.hpp>
#include <span>
#include <string>
#include <vector>

#include "crypto/checksum.hpp"
#include "crypto/digest.hpp"
#include "transfer/entry.hpp"
#include "transfer/source.hpp"
#include "transfer/walk.hpp"

namespace p2pc::transfer {

class Outgoing {
  public:
    explicit Outgoing(std::vector<std::unique_ptr<Source>> sources);
    explicit Outgoing(std::unique_ptr<Walk> walk);
    ~Outgoing();

    // Leaves the current item, if any, unfinished, and opens the next; nullopt: there is none.
    // An error is about that item alone (label() names it): call again for the one after it. But
    //   Errc::canceled  stop() was called
    //   Errc::busy      everything that was looked at is an item: look ahead first
    Result<std::optional<Entry>> next_item();

    // The next piece of the item; unless it is a hole its bytes are in `buffer`, from its start. Without
    // size: that was all, and the source is still what it was at the start. Errors as Source::read();
    // afterwards the item cannot be ended. REQUIRES: next_item() gave a file or a stream; `buffer` is not
    // empty.
    Result<Piece> next_piece(std::span<std::byte> buffer);

    // REQUIRES: next_piece() gave a piece without size, uncompared() is 0; called once an item.
    ItemEnd end();

    // The other side has the first `from` bytes of the current item: next_piece() goes on behind them. False:
    // it cannot, and they are sent as if there were none.
    // REQUIRES: before next_piece(); `from` is a multiple of crypto::digest_chunk_size.
    bool start_at(std::uint64_t from);
    // What lies there, by chunks, in order from the first one on. Gives the indices of those that differ from
    // the source: they are to be sent again. Errors as Source::read(); afterwards the item cannot be ended.
    // REQUIRES: at most uncompared() of them.
    Result<std::vector<std::uint64_t>> compare(std::span<const crypto::ChunkHash> theirs);
    // How many chunks of what the other side had compare() was not told of.
    std::uint64_t uncompared() const noexcept { return uncompared_; }
    // The digest of the current item, read for it alone. Errors as Source::read(); Errc::unsupported: it
    // passes once. REQUIRES: before next_piece().
    Result<std::string> whole_digest() const;
    // What is at `offset` of the current item, which start_at() took. Errors as Source::read().
    Status read_again(std::uint64_t offset, std::span<std::byte> into) const;

    // From the next item on an item's end has a checksum too (`--checksum`).
    void set_checksum(bool wanted) noexcept { checksum_wanted_ = wanted; }
    // next_piece() gives holes where the source has some.
    void set_holes(bool wanted) noexcept { holes_wanted_ = wanted; }

    // What is left of the folder that the last item is in, or is, is not wanted: the next item is its `up`.
    // REQUIRES: depth() > 0.
    void leave_folder();

    // The next entry nobody has looked at, which is not opened for it; nullopt: there is none. An error is
    // about one path, and comes again when its turn as an item has come; Errc::unsupported says only that the
    // entry is not known before. `number` is the caller's, see
    // next().
    Result<std::optional<Entry>> look_ahead(std::uint32_t number);
    // How many were looked at and are not items yet.
    std::size_t ahead() const noexcept { return ahead_.size(); }

    // What was looked at and is the next item, unless its turn brings an error.
    class Seen {
      public:
        Seen(Step s, std::optional<Entry> e, std::uint32_t n)
            : step(std::move(s)), entry(std::move(e)), number(n) {}
        Step step;
        std::optional<Entry> entry;
        std::uint32_t number;
    };
    const Seen* next() const noexcept { return ahead_.empty() ? nullptr : &ahead_.front(); }
    // What was looked at last. REQUIRES: look_ahead() gave an entry.
    const Seen& last_seen() const noexcept { return ahead_.back(); }
    // The next item is not wanted: it is left out, unopened. REQUIRES: next() is a file, stream or link.
    void drop_next() { ahead_.pop_front(); }

    // From any thread: the rest of the current item is not wanted. Ends a wait for its pipe, and the reads
    // after it, with Errc::canceled; the next item may follow.
    void skip_item() noexcept;

    // The current item, as the user gave it; of an `up` nothing.
    const std::string& label() const noexcept { return label_; }
    // The folders that the items are in now; a folder counts from its own item on, until its `up`.
    std::size_t depth() const noexcept { return folders_.size(); }
    // Of the current item, a folder: the patterns by which something in it and below is left out.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }
    ByteCount sent_of_item() const noexcept { return sent_; }

    // From any thread: ends a wait for a pipe, and the reads after it, with Errc::canceled.
    void stop() noexcept;

  private:
    std::optional<Step> pull();
    Result<std::optional<Entry>> begin(Step step);
    Status sum_again();
    void take_chunk(const crypto::ChunkHash& hash);
    Status settle();

    std::unique_ptr<Walk> walk_;
    std::size_t walk_depth_ = 0;   // folders the walk is in
    std::size_t leave_until_ = 0;  // not 0: it leaves them until fewer than these are left
    bool walked_ = false;          // it has ended
    bool looks_ahead_ = false;
    std::deque<Seen> ahead_;
    std::vector<std::shared_ptr<SourceFolder>> folders_;  // that the items are in
    std::size_t dropping_ = 0;                            // not 0: items this deep are not wanted
    std::size_t dropped_depth_ = 0;                       // the folders that what is dropped is in
    std::mutex lock_;                                     // over source_
    std::unique_ptr<Source> source_;                      // of the current item
    std::atomic<bool> stopped_ = false;
    std::string label_;
    std::vector<std::string> left_out_;
    crypto::ChunkedDigest digest_;  // of what next_piece() gave
    ByteCount sent_;
    std::uint64_t size_ = 0;                   // as announced
    std::uint64_t from_ = 0, uncompared_ = 0;  // bytes, chunks
    crypto::ChunkedDigest had_;                // of what the other side had
    std::vector<crypto::ChunkHash> behind_;    // the chunks of digest_, when there is something before them
    Agreement* agreement_ = nullptr;           // of source_
    std::uint64_t chunks_ = 0;                 // of digest_ and before it
    Status agreed_;                            // about all of them
    std::optional<std::string> poured_;        // what digest_ came to
    std::string whole_;                        // the digest of the item
    bool checksum_wanted_ = false, holes_wanted_ = false;
    std::optional<crypto::Checksum> checksum_;
};

}  // namespace p2pc::transfer
