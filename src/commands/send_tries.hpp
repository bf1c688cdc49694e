// SendTries: what of a delivery is settled, so that another try sends only the rest, and nobody is told of an
// item twice, or that it failed when a later try may bring it.
//
// One loop, but for the walks it makes.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "peer/delivery.hpp"
#include "transfer/walk.hpp"

namespace p2pc::commands {

// Whether a delivery that ended so may go on over another link.
bool lost_link(const Error& why) noexcept;

class SendTries final : public peer::DeliveryObserver {
  public:
    explicit SendTries(peer::DeliveryObserver& told) : told_(told) {}

    // The walk without the items at its top that are settled.
    std::unique_ptr<transfer::Walk> rest_of(std::unique_ptr<transfer::Walk> walk) const;
    // A try begins: what the last one could not bring is not told of.
    void begin();
    // There is no other try: what the last one could not bring has failed.
    void end();
    // Something came through since begin().
    bool moved() const noexcept { return moved_; }

    void item_ended(const peer::ItemOutcome& outcome) override;
    void progressed(const peer::Progress& progress) override;

  private:
    peer::DeliveryObserver& told_;
    std::multiset<std::string> settled_;  // labels of items at the top
    std::set<std::string> told_within_;   // of entries of trees
    std::vector<peer::ItemOutcome> lost_;
    peer::Progress last_;              // of this try
    std::uint64_t settled_bytes_ = 0;  // and what was settled before it
    std::uint64_t settled_files_ = 0;
    std::uint64_t sent_before_ = 0;  // bytes that went out in the tries before
    std::uint64_t bytes_in_try_ = 0, files_in_try_ = 0;
    bool moved_ = false;
};

}  // namespace p2pc::commands
