// Candidates: which of the addresses somebody named may be dialled (docs/protocol.md, "Candidates").
#pragma once

#include <vector>

#include "model/url.hpp"
#include "rendezvous/dialer.hpp"

namespace p2pc::peer {

constexpr std::size_t most_candidates = 8;

enum class PrivateRanges { only_same_address, allowed };

struct CandidateRules {
    transport::Reach server = transport::Reach::global;  // how this side reaches the server
    bool same_address = false;
    PrivateRanges private_ranges = PrivateRanges::only_same_address;
};

// The dialable ones in the order given, without repetitions. Loads the transports they name; one that is
// not installed drops its candidates.
std::vector<model::Endpoint> usable(const std::vector<model::Endpoint>& offered, const CandidateRules& rules,
                                    rendezvous::Dialer& dialer);

}  // namespace p2pc::peer
