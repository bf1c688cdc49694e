// Control messages to bytes and back, strictly (docs/protocol.md, "Control messages are strict").
//
// The message types are the ones generated from p2pc.proto, in wire::pb. Parsing hostile bytes gives
// Errc::malformed; nothing larger than the frame it came in is allocated.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>

#include "p2pc.pb.h"
#include "wire/frame.hpp"

namespace p2pc::wire {

// The frame that carries `message` (type CONTROL, HELLO or REFUSE by its kind).
Bytes frame(const pb::Hello& message);
Bytes frame(const pb::Refusal& message);
Bytes frame(const pb::ClientMessage& message);
Bytes frame(const pb::ServerMessage& message);
Bytes frame(const pb::PeerMessage& message);

Result<pb::Hello> parse_hello(BytesView body);
Result<pb::Refusal> parse_refusal(BytesView body);
Result<pb::ClientMessage> parse_client(BytesView body);
Result<pb::ServerMessage> parse_server(BytesView body);
Result<pb::PeerMessage> parse_peer(BytesView body);

// A code from the wire: what this version does not know reads as `internal`.
Errc code_from(std::uint32_t value);

inline std::uint32_t code_to(Errc code) {
    return static_cast<std::uint32_t>(code);
}
inline std::string to_string(BytesView bytes) {
    return std::string{as_text(bytes)};
}

}  // namespace p2pc::wire
