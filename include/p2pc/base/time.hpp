// Instant, Deadline, WallTime: points in time, by two clocks that never mix.
//
// Instants come from a monotonic clock (base::Clock) and are meaningless in another process; WallTime is
// UTC, for people and records only. No rule of the protocol compares wall times.
#pragma once

#include <chrono>
#include <cstdint>

namespace p2pc {

using Duration = std::chrono::nanoseconds;

struct Monotonic {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Monotonic, Duration>;
    static constexpr bool is_steady = true;
};

using Instant = Monotonic::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// When to give up. A point, not a span, so that it can be handed down through layers unchanged.
using Deadline = Instant;
constexpr Deadline never = Deadline::max();

}  // namespace p2pc
