// Pace: keeps what is sent below a rate (`send --bwlimit`). One loop; shared by all that counts together.
#pragma once

#include <asio/awaitable.hpp>
#include <cstddef>
#include <p2pc/base/strong.hpp>

#include "io/loop.hpp"

namespace p2pc::peer {

class Pace {
  public:
    // Bytes a second. REQUIRES: not 0.
    Pace(io::Loop& loop, ByteCount rate);

    // The most that should be sent at once: an eighth of a second's worth, at most `most`.
    std::size_t piece(std::size_t most) const noexcept;

    // Completes when `size` bytes may be sent. Who asks first goes first; what was not used in the last
    // eighth of a second is lost, so that a pause is not followed by a burst.
    asio::awaitable<void> wait_for(std::size_t size);

  private:
    Duration time_of(std::size_t size) const;

    io::Loop& loop_;
    std::uint64_t rate_;
    Instant free_;  // from when on more may be sent
};

}  // namespace p2pc::peer
