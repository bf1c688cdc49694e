// What both sides of a delivery need when the other is played by an input.
#pragma once

#include <vector>

#include "channel/channel.hpp"
#include "peer/delivery.hpp"

namespace p2pc::fuzz {

inline channel::ChannelLimits delivery_limits() {
    channel::ChannelLimits limits;
    limits.beat = std::chrono::seconds{5};
    limits.dead = std::chrono::seconds{30};
    return limits;
}

class Ended final : public peer::DeliveryObserver {
  public:
    void item_ended(const peer::ItemOutcome& outcome) override { outcomes.push_back(outcome); }
    void progressed(const peer::Progress&) override {}
    std::vector<peer::ItemOutcome> outcomes;
};

}  // namespace p2pc::fuzz
