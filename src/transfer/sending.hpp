// Outgoing: one delivery from the sender's side: its items one after another, each begun, read and ended.
//
//   while (true) {
//       auto item = outgoing.next_item();        // error: this item cannot be sent; the next one may
//       if (item && !*item) break;               // all done
//       ... announce **item; for (;;) next_piece(buffer), until it has no size; then end()
//   }
//
// No network and no clock. Calls block; one at a time, from any thread; stop() alone at any time.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <p2pc/base/result.hpp>
#include <span>
#include <string>
#include <vector>

#include "crypto/digest.hpp"
#include "transfer/entry.hpp"
#include "transfer/source.hpp"

namespace p2pc::transfer {

class Outgoing {
  public:
    explicit Outgoing(std::vector<std::unique_ptr<Source>> sources);

    // Leaves the current item, if any, unfinished, and opens the next; nullopt: there is none.
    // An error is about that item alone (label() names it): call again for the one after it.
    Result<std::optional<Entry>> next_item();

    // The next piece of the item; unless it is a hole its bytes are in `buffer`, from its start. Without
    // size: that was all, and the source is still what it was at the start. Errors as Source::read();
    // afterwards the item cannot be ended. REQUIRES: next_item() gave an entry; `buffer` is not empty.
    Result<Piece> next_piece(std::span<std::byte> buffer);

    // REQUIRES: next_piece() gave a piece without size; called once an item.
    ItemEnd end();

    // From any thread: the rest of the current item is not wanted. Ends a wait for its pipe, and the reads
    // after it, with Errc::canceled; the next item may follow. REQUIRES: next_item() gave an entry.
    void skip_item() noexcept;

    // The current item, as the user gave it. REQUIRES: next_item() gave an entry or an error.
    const std::string& label() const noexcept;
    std::size_t items() const noexcept { return sources_.size(); }
    ByteCount sent_of_item() const noexcept { return sent_; }

    // From any thread: ends a wait for a pipe, and the reads after it, with Errc::canceled.
    void stop() noexcept;

  private:
    std::mutex lock_;  // over sources_ and next_, between next_item() and stop() only
    std::atomic<bool> stopped_ = false;
    std::vector<std::unique_ptr<Source>> sources_;
    std::size_t next_ = 0;
    crypto::ChunkedDigest digest_;
    ByteCount sent_;
};

}  // namespace p2pc::transfer
