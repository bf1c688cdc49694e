// How a session ended, between the noun and its number on the wire.
#pragma once

#include <optional>

#include "model/session.hpp"
#include "p2pc.pb.h"

namespace p2pc::wire {

pb::EndReason to_wire(model::EndReason reason);
// Nothing for END_NONE and what a later version added.
std::optional<model::EndReason> from_wire(pb::EndReason reason);

}  // namespace p2pc::wire
