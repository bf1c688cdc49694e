#include "directory/block_rule.hpp"

#include <algorithm>

namespace p2pc::directory {

milliseconds block_of(std::uint32_t level, const BlockRules& rules) {
    if (rules.lockout == Lockout::permanent) return for_ever;
    milliseconds block = rules.first;
    for (std::uint32_t i = 1; i < level && block < rules.longest; ++i)
        block *= 2;
    return std::min(block, rules.longest);
}

Status begin_attempt(AttemptRecord& row, const BlockRules& rules) {
    if (blocked(row)) return Errc::blocked;
    ++row.failures;
    if (row.notices < UINT32_MAX) ++row.notices;
    if (row.failures < rules.failures) return {};
    row.failures = 0;
    if (row.level < UINT32_MAX) ++row.level;
    row.block_left = block_of(row.level, rules);
    return {};
}

void lift(AttemptRecord& row) {
    row.failures = 0;
    row.level = 0;
    row.block_left = milliseconds::zero();
}

void forgive(AttemptRecord& row) {
    lift(row);
    if (row.notices > 0) --row.notices;
}

void elapse(AttemptRecord& row, milliseconds span) {
    if (row.block_left == for_ever || span <= milliseconds::zero()) return;
    row.block_left = std::max(row.block_left - span, milliseconds::zero());
}

Status open_window(AttemptRecord& row, std::int64_t today, const BlockRules& rules) {
    if (!blocked(row)) return {};
    if (today > row.window_day) {
        row.window_day = today;
        row.windows_used = 0;
    }
    if (row.windows_used >= rules.windows_a_day) return Errc::busy;
    ++row.windows_used;
    row.failures = 0;
    row.block_left = milliseconds::zero();
    return {};
}

bool blank(const AttemptRecord& row) {
    return row.failures == 0 && row.level == 0 && !blocked(row) && row.windows_used == 0 && row.notices == 0;
}

}  // namespace p2pc::directory
