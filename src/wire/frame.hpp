// Frame: one length-prefixed message as it travels on a stream (docs/protocol.md, "Frames").
//
// Pure functions on bytes: no sockets, no clock, safe from any thread. Input is hostile by assumption; the
// length is checked against the limits of the phase before anything is allocated for the body.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>

namespace p2pc::wire {

enum class FrameType : std::uint8_t {
    hello = 1,
    challenge = 2,
    proof = 3,
    control = 4,
    beat = 5,
    data = 6,
    refuse = 7,
};

// What may come now: before the proofs, after them from a client or the server, after them from a peer.
enum class Phase : std::uint8_t { opening, server_link, peer_link };

constexpr std::size_t header_size = 5;        // length and type
constexpr std::size_t data_header_size = 12;  // item and offset
constexpr std::uint32_t max_opening = 4096;
constexpr std::uint32_t max_control = 65536;
constexpr std::uint32_t max_data_bytes = 1024 * 1024;
constexpr std::size_t max_text = 16 * 1024;

struct FrameHeader {
    FrameType type = FrameType::hello;
    std::uint32_t body_size = 0;
};

// Errc::malformed for a length out of bounds or a type that may not come in this phase.
// REQUIRES: `bytes` holds header_size bytes.
Result<FrameHeader> parse_header(BytesView bytes, Phase phase);

// The whole frame, header and body. REQUIRES: the body is within the limit of its type.
Bytes make_frame(FrameType type, BytesView body);

// The header of a DATA frame, to be written right before `size` raw bytes.
ByteArray<header_size + data_header_size> make_data_header(std::uint32_t item, std::uint64_t offset,
                                                           std::uint32_t size);

struct DataHeader {
    std::uint32_t item = 0;
    std::uint64_t offset = 0;
};

// The first data_header_size bytes of a DATA body. Errc::malformed when shorter or without any content.
Result<DataHeader> parse_data_header(BytesView body);

// Why nothing flows (docs/protocol.md, "The link between two people").
enum class BeatState : std::uint8_t { idle, flowing, source_quiet, verifying, syncing, asking };
Result<BeatState> parse_beat(BytesView body);

}  // namespace p2pc::wire
