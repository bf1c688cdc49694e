// What a Welcome says of wrong passwords on the account since its owner was last told.
#pragma once

#include <optional>
#include <p2pc/base/time.hpp>

#include "wire/message.hpp"

namespace p2pc::rendezvous {

struct FailedAttempts {
    std::uint32_t count = 0;
    std::optional<WallTime> last;  // by the server's clock; absent: it did not say
};

inline FailedAttempts failed_attempts(const wire::pb::Welcome& welcome) {
    constexpr std::int64_t last_ms = 253'402'300'799'999;  // of the year 9999
    FailedAttempts failed{welcome.failed_attempts(), {}};
    const auto at = welcome.last_failed_ms();
    if (failed.count > 0 && at > 0 && at <= last_ms) failed.last = WallTime{std::chrono::milliseconds{at}};
    return failed;
}

}  // namespace p2pc::rendezvous
