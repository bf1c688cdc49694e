// LaneOrder: whose turn it is when a delivery comes over several connections, its lanes (docs/protocol.md,
// "Lanes").
//
// Batches are taken in the order of their numbers, so a lane that is ahead is not read: what it brings waits
// in the system's buffers, and none is needed here to put things in order. No network. What it is told comes
// from the other side: anything out of order is Errc::malformed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <p2pc/base/result.hpp>

#include "wire/message.hpp"

namespace p2pc::peer {

class LaneOrder {
  public:
    // Lane 0 is the delivery's own link. What comes there before batch 1 has no number.
    static constexpr std::size_t most_lanes = 32;

    // Batch 1 was announced.
    bool numbered() const noexcept { return next_ != 0; }
    // The next frame of this lane says which batch follows.
    bool needs_mark(std::size_t lane) const noexcept;
    // It said so.
    Status mark(std::size_t lane, const wire::pb::Batch& batch);
    // The frame that comes next is this lane's.
    bool has_turn(std::size_t lane) const noexcept;
    // A batch behind the next one was announced, so that one is on its way.
    bool is_ahead() const noexcept;
    // From here on a lane that has its turn: a frame of so many bytes, header included, is within its batch;
    // and it was taken: true when another lane's turn has come.
    bool fits(std::size_t lane, std::size_t size) const noexcept { return size <= heads_[lane].left; }
    bool take(std::size_t lane, std::size_t size);

  private:
    struct Head {
        std::uint64_t number = 0;  // 0: none was said
        std::size_t left = 0;      // bytes of it
    };
    std::array<Head, most_lanes> heads_{};
    std::uint64_t next_ = 0;  // 0: nothing has a number yet
};

}  // namespace p2pc::peer
