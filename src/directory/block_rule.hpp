// The block rule: three wrong passwords in a row block password login (docs/decisions/0010-block-rule.md).
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

constexpr std::uint32_t failures_to_block = 3;
constexpr milliseconds first_block = std::chrono::minutes{15};
constexpr milliseconds longest_block = std::chrono::hours{24};
constexpr milliseconds for_ever = milliseconds::max();
constexpr std::uint32_t windows_a_day = 5;

constexpr bool blocked(const AttemptRecord& row) {
    return row.block_left > milliseconds::zero();
}

// How long the block of that level is, level 1 being the first.
milliseconds block_of(std::uint32_t level, Lockout lockout);

// Counts an attempt as failed before anyone looks at its password; the third in a row blocks at once, so
// that parallel guesses are never more than three.
//   Errc::blocked  not counted, and must not be evaluated
Status begin_attempt(AttemptRecord& row, Lockout lockout);

// The attempt counted by begin_attempt was right: everything is forgotten but the windows used and the
// failures its owner has yet to hear of.
void forgive(AttemptRecord& row);

// That much time passed.
void elapse(AttemptRecord& row, milliseconds span);

// Lifts a block for three more attempts; the next block is twice as long all the same. Without a block
// nothing happens. `today` counts days; a day before the last one counts as that one.
//   Errc::busy  five windows were opened today
Status open_window(AttemptRecord& row, std::int64_t today);

// Whether forgetting the row would change nothing.
bool blank(const AttemptRecord& row);

}  // namespace p2pc::directory
