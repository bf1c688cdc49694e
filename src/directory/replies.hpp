// From the directory's values to the messages of p2pc.proto. Pure functions.
#pragma once

#include <optional>
#include <p2pc/base/bytes.hpp>
#include <vector>

#include "directory/presence.hpp"
#include "storage/records.hpp"
#include "wire/message.hpp"

namespace p2pc::directory {

// Of a reply that comes in several messages, each holds that much, or one item. The longest user, 32
// devices with 8 endpoints each, fits in a frame.
constexpr std::size_t piece_size = 32 * 1024;

Bytes done_frame(std::uint64_t reply_to);
Bytes failure_frame(std::uint64_t reply_to, Errc code, Duration retry_after = Duration::zero());
Bytes peer_removed_frame(const model::SessionId& session);

// Why the server is about to close.
Bytes refusal_frame(Errc code);
Bytes removed_frame();

wire::pb::User to_message(const UserView& user);
wire::pb::SessionInfo to_message(const storage::SessionRecord& session);
// `same_address`: whether the server sees it and the one who is told come from one host.
wire::pb::PeerDescription describe(const Instance& peer, const std::vector<std::string>& endpoints,
                                   bool same_address);

// At least one frame, all but the last with `more`.
std::vector<Bytes> users_frames(std::uint64_t reply_to, const std::vector<wire::pb::User>& users);
std::vector<Bytes> sessions_frames(std::uint64_t reply_to,
                                   const std::vector<storage::SessionRecord>& sessions);

}  // namespace p2pc::directory
