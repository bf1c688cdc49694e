// ItemMemory: items that were put in place, for when their sender did not hear of it and sends them again.
//
// An item is met by the name of its partial, so another size or time is another item; and it counts only
// while what was placed is there as it was placed. Calls block; one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "transfer/output.hpp"

namespace p2pc::transfer {

class ItemMemory {
  public:
    virtual ~ItemMemory() = default;
    // Where the item of this key was put; nullopt: nobody knows of it.
    virtual std::optional<std::string> find(const PartialKey& key) = 0;
    // Called before the sender is told.
    virtual void add(const PartialKey& key, const std::string& path) = 0;
};

// `inner`, where a file at the top that is remembered, and there still, is not taken again.
// REQUIRES: `memory` outlives it.
std::unique_ptr<Output> make_remembering_output(std::unique_ptr<Output> inner, ItemMemory& memory);

}  // namespace p2pc::transfer
