// A delivery between two peers whose link is proven, in virtual time, with a source, a disk and a link that
// fail when they are told to.
#pragma once

#include <fstream>
#include <map>

#include "io/pool.hpp"
#include "io/sleep.hpp"
#include "peer/delivery_receiver.hpp"
#include "peer/delivery_sender.hpp"
#include "support/temp_folder.hpp"
#include "transfer/output_folder.hpp"
#include "unit/channel/pair.hpp"

namespace p2pc::testing {

using namespace std::chrono_literals;
using channel::Channel;
using wire::pb::PeerMessage;

// A file, or a stream, of given bytes.
class Item {
  public:
    std::string name;
    Bytes content;
    transfer::EntryKind kind = transfer::EntryKind::file;
    transfer::SourceId source{};            // all zero: what came of it is not kept
    std::optional<std::size_t> changes_at;  // the source is not what it was, from this byte on
};

std::unique_ptr<transfer::Source> source_of(const Item& item);

// What may go wrong at the receiver's disk: the number of calls it still serves.
struct Disk {
    std::size_t appends_left = static_cast<std::size_t>(-1);
    std::size_t commits_left = static_cast<std::size_t>(-1);
};
std::unique_ptr<transfer::Output> output_to(const std::filesystem::path& folder, Disk& disk);

class Ended final : public peer::DeliveryObserver {
  public:
    void item_ended(const peer::ItemOutcome& outcome) override { outcomes.push_back(outcome); }
    void progressed(const peer::Progress& progress) override {
        ++steps;
        last = progress;
    }
    // How often `name` was delivered, and how often told of at all.
    int delivered(const std::string& name) const;
    int told(const std::string& name) const;
    std::vector<peer::ItemOutcome> outcomes;
    int steps = 0;
    peer::Progress last;
};

class Rig {
  public:
    explicit Rig(std::vector<Item> items = {});
    ~Rig();

    // Both sides, until `done()` or both have ended; false: neither, in a day.
    bool run(const std::function<bool()>& done = [] { return false; });
    bool over() const { return sent && received; }
    // The two ends alone: the other is played by the test, on `left` or `right`.
    void start_sender();
    void start_receiver(std::uint32_t delivery = 1);
    bool until(const std::function<bool()>& done, Duration limit = 24h) {
        return pair.loop.run_until(done, pair.loop.now() + limit);
    }
    std::map<std::string, Bytes> files() const;

    std::vector<Item> items;
    Pair pair;
    io::Pool pool{0, 1024};
    TempFolder folder;
    Disk disk;
    Channel left, right;  // the sender's, the receiver's
    transfer::Outgoing outgoing;
    std::unique_ptr<transfer::Incoming> incoming;
    Ended at_sender, at_receiver;
    std::optional<Status> sent, received;
    peer::OfferTerms offer;
    Duration answer_after{};
    bool resume = false;                   // the receiver has partials of it
    std::uint32_t lanes_taken = 0;         // by the receiver
    Duration stall = peer::default_stall;  // the receiver's
    std::unique_ptr<peer::DeliverySender> sender;
    std::unique_ptr<peer::DeliveryReceiver> receiver;
    io::TaskGroup tasks;

  private:
    bool started_ = false;
    static asio::awaitable<void> send(Rig& rig);
    static asio::awaitable<void> accept(Rig& rig);
    static asio::awaitable<void> receive(Rig& rig, std::uint32_t delivery);
};

}  // namespace p2pc::testing
