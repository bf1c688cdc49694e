// Cord: ends several channels at once, whoever owns them. One loop.
#pragma once

#include <memory>
#include <vector>

#include "channel/channel.hpp"

namespace p2pc::channel {

class Cord {
  public:
    // Holds nothing up: a channel may go at any time.
    void tie(const Channel& channel);
    // Aborts all that are tied, and each one tied later. Repeatable.
    void pull();
    bool pulled() const noexcept { return pulled_; }

  private:
    std::vector<std::weak_ptr<Channel::Core>> tied_;
    bool pulled_ = false;
};

}  // namespace p2pc::channel
