// Proof: one signature that ties a key to this very connection and to the hellos exchanged on it.
//
// The signed statement (docs/protocol.md, "Opening a connection"):
//   purpose | 0x00 | role 'o' or 'a' | u8 length, binding type | u8 length, binding value | transcript hash
//   32
// Each end states the binding as it sees it itself; it is never transmitted.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <p2pc/transport/stream.hpp>
#include <string_view>

#include "crypto/hash.hpp"
#include "identity/keys.hpp"

namespace p2pc::identity {

enum class Purpose {
    login,  // between client and server; which of its keys a client proves, the hello says
    peer,   // between two clients
};
// "p2pc/login/v1" and so on: a proof for one purpose is none for another.
std::string_view purpose_text(Purpose purpose) noexcept;

enum class Role : char { opener = 'o', acceptor = 'a' };

// The frames HELLO and CHALLENGE as sent and received, whole, in the order of docs/protocol.md; never a
// re-encoding. Frames delimit themselves, so that their concatenation has one reading.
class Transcript {
  public:
    void add(BytesView frame) { hash_.add(frame); }
    // Of the frames so far; more may be added.
    crypto::Hash256Value hash() const { return hash_.value(); }

  private:
    crypto::Hash256 hash_;
};

model::Signature prove(const crypto::SigningKey& key, Purpose purpose, Role role,
                       const transport::Binding& binding, const Transcript& transcript);

// Whether `proof` was made by `key` for exactly this. `role` is the role of who made it.
bool check_proof(const model::PublicKey& key, Purpose purpose, Role role, const transport::Binding& binding,
                 const Transcript& transcript, const model::Signature& proof);

// A name of this very connection: the same at both its ends, once both have all hellos, and another at each
// end of somebody in between. No secret:
//   BLAKE2b-256("p2pc/link/v1" 0x00 | u8 length, binding type | u8 length, binding value | transcript hash
//   32)
crypto::Hash256Value link_name(const transport::Binding& binding, const Transcript& transcript);

}  // namespace p2pc::identity
