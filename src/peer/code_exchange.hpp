// Code exchange: the two ends of a session prove to each other that they have the same invite code, on its
// first link and with nothing else said there (docs/protocol.md, "An invite").
//
// The caller of the session is the one who typed the code. Each message is waited for 10 s. One coroutine a
// session. REQUIRES: everything given by reference outlives the await.
#pragma once

#include "home/pins.hpp"
#include "identity/invite_code.hpp"
#include "peer/session.hpp"

namespace p2pc::peer {

inline constexpr Duration code_message_time = std::chrono::seconds{10};

// Proves the code both ways, as caller or as callee, and pins the other side as verified. Gives that pin.
//   Errc::wrong_code the other side did not prove that it has the code, whatever it did instead: it is used
//   up Errc::identity   proven, but another key is pinned by now Errc::local_io, Errc::corrupt   proven, but
//   the pin was not written Errc::closed     to the callee alone: the link went without a message, and the
//   code is not used up
asio::awaitable<Result<identity::Pin>> verify_by_code(io::Loop& loop, crypto::Random& random,
                                                      home::Pins& pins, Session& session,
                                                      const identity::InviteCode& code);

// Behind that, for the caller: whether the callee has verified it, too, as it says by its Close.
asio::awaitable<bool> other_side_verified(io::Loop& loop, Session& session);

}  // namespace p2pc::peer
