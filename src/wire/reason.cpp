#include "wire/reason.hpp"

namespace p2pc::wire {

pb::EndReason to_wire(model::EndReason reason) {
    switch (reason) {
        case model::EndReason::closed:
            return pb::END_CLOSED;
        case model::EndReason::lost:
            return pb::END_LOST;
        case model::EndReason::expired:
            return pb::END_EXPIRED;
        case model::EndReason::refused:
            return pb::END_REFUSED;
    }
    return pb::END_NONE;
}

std::optional<model::EndReason> from_wire(pb::EndReason reason) {
    switch (reason) {
        case pb::END_CLOSED:
            return model::EndReason::closed;
        case pb::END_LOST:
            return model::EndReason::lost;
        case pb::END_EXPIRED:
            return model::EndReason::expired;
        case pb::END_REFUSED:
            return model::EndReason::refused;
        default:
            return std::nullopt;
    }
}

}  // namespace p2pc::wire
