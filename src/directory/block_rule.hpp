// The block rule: wrong passwords in a row, three unless the operator says otherwise, block password login
// (docs/decisions/0010-block-rule.md).
//
// Pure functions on one row. A block is time left, counted down by whoever calls elapse() with the span of a
// monotonic clock: neither a restart nor a clock set back shortens it.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>

#include "storage/records.hpp"

namespace p2pc::directory {

using std::chrono::milliseconds;
using storage::AttemptRecord;

enum class Lockout : std::uint8_t { timed, permanent };

constexpr milliseconds for_ever = milliseconds::max();

// As an operator may set them.
struct BlockRules {
    Lockout lockout = Lockout::timed;
    std::uint32_t failures = 3;  // in a row
    milliseconds first = std::chrono::minutes{15};
    milliseconds longest = std::chrono::hours{24};
    std::uint32_t windows_a_day = 5;
};

constexpr bool blocked(const AttemptRecord& row) {
    return row.block_left > milliseconds::zero();
}

// How long the block of that level is, level 1 being the first.
milliseconds block_of(std::uint32_t level, const BlockRules& rules);

// Counts an attempt as failed before anyone looks at its password; the last one allowed in a row blocks at
// once, so that parallel guesses are never more than that.
//   Errc::blocked  not counted, and must not be evaluated
Status begin_attempt(AttemptRecord& row, const BlockRules& rules);

// The attempt counted by begin_attempt was right: everything is forgotten but the windows used and the
// failures its owner has yet to hear of.
void forgive(AttemptRecord& row);

// As if there had been no failure; the owner hears of them all the same.
void lift(AttemptRecord& row);

// That much time passed.
void elapse(AttemptRecord& row, milliseconds span);

// Lifts a block for as many more attempts; the next block is twice as long all the same. Without a block
// nothing happens. `today` counts days; a day before the last one counts as that one.
//   Errc::busy  as many windows as there may be were opened today
Status open_window(AttemptRecord& row, std::int64_t today, const BlockRules& rules);

// Whether forgetting the row would change nothing.
bool blank(const AttemptRecord& row);

}  // namespace p2pc::directory
