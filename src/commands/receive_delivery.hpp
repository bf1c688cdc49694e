// ReceiveDelivery: what one session brings to a `receive`, over one link after another, and how it ended.
//
// One loop; the memory of items is used on the pool, by one delivery at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "home/placed.hpp"
#include "peer/delivery.hpp"
#include "peer/session.hpp"
#include "transfer/item_memory.hpp"

namespace p2pc::commands {

class ReceiveReporter;

// What the home knows of items that were put in place.
class PlacedMemory final : public transfer::ItemMemory {
  public:
    PlacedMemory(const home::HomePaths& home, const model::SessionId& session, WallTime now);
    std::optional<std::string> find(const transfer::PartialKey& key) override;
    void add(const transfer::PartialKey& key, const std::string& path) override;
    void settled() { placed_.settled(); }

  private:
    home::Placed placed_;
};

class ReceiveDelivery final : public peer::DeliveryObserver {
  public:
    // `placed` is called with each item that was put in place now.
    ReceiveDelivery(ReceiveReporter& reporter, const peer::Session& session,
                    std::function<void(const peer::ItemOutcome&)> placed);

    void item_ended(const peer::ItemOutcome& outcome) override;
    void progressed(const peer::Progress& progress) override;
    void started_over(const std::string& name) override;

    // How it ended over one link.
    void ended(const Status& how);
    // A link went in the middle of it, and nobody is told yet what that cost: another one may bring the rest.
    bool unfinished() const noexcept { return lost_error_ && !passes_once; }
    // It goes on over another link, or in another session.
    void goes_on();
    // It does not.
    void is_over();

    bool accepted = false;
    bool passes_once = false;  // to a program, or from one: no other link brings the rest
    bool closed = false;       // the sender ended the session in order, in the middle
    std::size_t done = 0, failed = 0;
    std::optional<Error> first_error;
    std::unique_ptr<PlacedMemory> memory;  // from the first offer on

  private:
    void tell(const peer::ItemOutcome& outcome);

    ReceiveReporter& reporter_;
    const peer::Session& session_;
    std::function<void(const peer::ItemOutcome&)> placed_;
    std::vector<peer::ItemOutcome> lost_;
    std::optional<Error> lost_error_;
};

}  // namespace p2pc::commands
