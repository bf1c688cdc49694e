// What the run of CPace about an invite is tied to: the two people as either side knows them, the server's
// key and the connection (docs/protocol.md, "An invite").
#pragma once

#include "crypto/hash.hpp"
#include "identity/cpace.hpp"
#include "identity/digits.hpp"
#include "identity/invite_code.hpp"

namespace p2pc::identity {

struct InviteMeeting {
    InviteMeeting(Compared typed, Compared waited, const model::PublicKey& server,
                  const model::SessionId& of_session, const crypto::Hash256Value& link)
        : enters(std::move(typed)),
          waits(std::move(waited)),
          founding_key(server),
          session(of_session),
          link_name(link) {}
    Compared enters;  // the code: the initiator
    Compared waits;
    model::PublicKey founding_key;
    model::SessionId session;
    crypto::Hash256Value link_name;  // identity::link_name
};

// REQUIRES: the code outlives the terms.
CpaceTerms invite_terms(const InviteCode& code, const InviteMeeting& meeting);

// Associated data of either role.
Bytes invite_role(Cpace::Role role);

}  // namespace p2pc::identity
