#include "directory/parting.hpp"

#include <algorithm>

namespace p2pc::directory {

asio::awaitable<void> part(io::Loop& loop, channel::Channel& channel, Deadline by) {
    const Deadline until = std::min(by, loop.now() + parting_time);
    auto sent = co_await channel.finish(until);
    bool more = sent.ok();
    while (more) {
        auto frame = co_await channel.read(until);
        more = frame.ok();
    }
    channel.abort();
}

}  // namespace p2pc::directory
