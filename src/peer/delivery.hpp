// Delivery: what one `send` or `/send` brings, over one proven link (docs/protocol.md, "A delivery of
// files").
//
// What both sides share: how an item ended, and who is told of it.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>

#include "channel/channel.hpp"
#include "transfer/entry.hpp"

namespace p2pc::peer {

// Nothing moved for this long, without a reason in the other side's beats: the link is given up.
constexpr Duration default_stall = std::chrono::seconds{30};

class ItemOutcome {
  public:
    std::uint32_t item = 0;
    std::string label;  // sender: as the user gave it; receiver: the name that was announced
    std::string name;   // as announced; receiver: in a tree behind the folders around it
    std::optional<ByteCount> size;
    std::string digest;               // "algorithm:hex"; empty when it came to none
    std::optional<std::string> path;  // receiver: where it is now
    transfer::EntryKind kind = transfer::EntryKind::file;
    std::uint64_t files = 1;  // of a folder: those in it; `size` is then theirs
    bool skipped = false;
    bool top = false;            // sender: not within a tree
    std::optional<Error> error;  // none: delivered
};

class Progress {
  public:
    std::string name;
    std::uint64_t done = 0;
    std::optional<std::uint64_t> total;
    std::uint64_t files_done = 0;
    std::optional<std::uint64_t> files_total;
    std::uint64_t files_skipped = 0;  // the other side had them
    std::uint64_t resumed = 0;        // bytes of `done` that the other side had
};

// Large buffers while files flow, small ones afterwards: without it TLS moved 0.57 instead of 0.89 of a bare
// copy's rate. Nothing when the link has ended.
inline void use_link_for(channel::Channel& link, transport::Use use) {
    if (link.connection().open()) link.connection().stream().hint(use);
}

// Called on the loop, from within the delivery; must not wait.
class DeliveryObserver {
  public:
    virtual ~DeliveryObserver() = default;
    // Once an item.
    virtual void item_ended(const ItemOutcome& outcome) = 0;
    // After every chunk.
    virtual void progressed(const Progress& progress) = 0;
    // Receiver: of this item something was here, and it has changed at its source since.
    virtual void started_over(const std::string&) {}
};

}  // namespace p2pc::peer
