// Path finding: from an introduction to one proven link, the best of all that can be made.
//
// Both ends listen and both dial: every candidate at once, and whatever arrives here. The caller picks the
// first proven link and says so on it; the callee closes none before it is told (docs/protocol.md, "Calls").
#pragma once

#include "peer/admission.hpp"

namespace p2pc::peer {

enum class CallRole { caller, callee };

//   Errc::no_path   nothing was proven in time
//   Errc::identity  somebody answered there who is not the one introduced, and nobody else did
// REQUIRES: `expected`, `dialer`, `random` and `self` outlive the await.
asio::awaitable<Result<ProvenChannel>> find_path(rendezvous::Dialer& dialer, crypto::Random& random,
                                                 const Self& self, Admission::Expected& expected,
                                                 CallRole role, std::vector<model::Endpoint> candidates,
                                                 Deadline by);

}  // namespace p2pc::peer
