#include "peer/candidates.hpp"

#include <algorithm>

namespace p2pc::peer {
namespace {

constexpr std::uint16_t least_port = 1024;

bool allowed(const model::Endpoint& endpoint, const CandidateRules& rules, rendezvous::Dialer& dialer) {
    const auto found = dialer.plugins().find(endpoint.scheme());
    if (!found) return false;
    transport::Transport& by = **found;
    const auto parsed = by.parse(endpoint.address(), 0, transport::Names::numeric);
    if (parsed.count == 0) return false;
    const auto& address = parsed.addresses[0];
    const auto port = by.port(address);
    const auto reach = by.reach(address);
    // Port 0 is how a transport says that its addresses have none.
    if (port != 0 && port < least_port) return false;
    if (!dialer.plain_allowed(by, reach)) return false;
    switch (reach) {
        case transport::Reach::loopback:
            return rules.server == transport::Reach::loopback;
        case transport::Reach::private_range:
            return rules.same_address || rules.private_ranges == PrivateRanges::allowed;
        case transport::Reach::global:
            return true;
        case transport::Reach::never:
            return false;
    }
    return false;
}

}  // namespace

std::vector<model::Endpoint> usable(const std::vector<model::Endpoint>& offered, const CandidateRules& rules,
                                    rendezvous::Dialer& dialer) {
    std::vector<model::Endpoint> out;
    for (const auto& endpoint : offered) {
        if (out.size() >= most_candidates) break;
        if (std::find(out.begin(), out.end(), endpoint) != out.end()) continue;
        if (allowed(endpoint, rules, dialer)) out.push_back(endpoint);
    }
    return out;
}

}  // namespace p2pc::peer
