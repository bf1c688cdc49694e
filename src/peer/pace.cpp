#include "peer/pace.hpp"

#include <algorithm>
#include <cassert>

#include "io/sleep.hpp"

namespace p2pc::peer {
namespace {

constexpr unsigned pieces_a_second = 8;
constexpr Duration burst = std::chrono::milliseconds{1000 / pieces_a_second};

}  // namespace

Pace::Pace(io::Loop& loop, ByteCount rate) : loop_(loop), rate_(rate.value()), free_(loop.now()) {
    assert(rate_ > 0);
}

std::size_t Pace::piece(std::size_t most) const noexcept {
    return static_cast<std::size_t>(
        std::clamp<std::uint64_t>(rate_ / pieces_a_second, 1, std::uint64_t{most}));
}

Duration Pace::time_of(std::size_t size) const {
    const std::chrono::duration<double> seconds{static_cast<double>(size) / static_cast<double>(rate_)};
    return std::chrono::duration_cast<Duration>(seconds);
}

asio::awaitable<void> Pace::wait_for(std::size_t size) {
    const Instant from = std::max(free_, loop_.now() - burst);
    free_ = from + time_of(size);
    co_await io::sleep_until(loop_, from);
}

}  // namespace p2pc::peer
