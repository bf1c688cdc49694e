#include "channel/cord.hpp"

#include <utility>

#include "channel/core.hpp"

namespace p2pc::channel {

void Cord::tie(const Channel& channel) {
    if (pulled_) return channel.core_->abort();
    std::erase_if(tied_, [](const auto& core) { return core.expired(); });
    tied_.push_back(channel.core_);
}

void Cord::pull() {
    pulled_ = true;
    for (const auto& tied : std::exchange(tied_, {})) {
        if (const auto core = tied.lock()) core->abort();
    }
}

}  // namespace p2pc::channel
