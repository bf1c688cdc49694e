// What an ItemBegin says, as a transfer::Entry, and back (docs/protocol.md, "A delivery of files").
//
// Pure functions. What comes from the wire is a stranger's claim: nothing but its kind is judged here.
#pragma once

#include <p2pc/base/result.hpp>

#include "transfer/entry.hpp"
#include "wire/message.hpp"

namespace p2pc::peer {

// Kinds this version does not know are Errc::unsupported.
Result<transfer::Entry> entry_of(const wire::pb::ItemBegin& begin);

// The same of a question.
Result<transfer::Entry> entry_of(const wire::pb::Ask& ask);

wire::pb::ItemKind kind_of(const transfer::Entry& entry);

// Everything but the numbers of delivery and item.
void put_entry(wire::pb::ItemBegin& begin, const transfer::Entry& entry);

// What went wrong with the receiver's own disk or configuration is a refusal to us: ours are in order.
Errc from_receiver(std::uint32_t code);

// Nanoseconds since 1970, and back; 0: no time. Times beyond the years 1678 to 2262 do not fit and are 0.
std::int64_t nanoseconds_of(const std::optional<transfer::FileTime>& time);
std::optional<transfer::FileTime> time_of(std::int64_t nanoseconds);

}  // namespace p2pc::peer
