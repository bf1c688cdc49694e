// Which instances a call is offered to, and in which order (docs/protocol.md, "Calls and sessions"). Pure.
#pragma once

#include <set>

#include "directory/presence.hpp"

namespace p2pc::directory {

enum class CallKind : std::uint8_t { chat, files, message, invite };

// FILES: `receive` before `chat`; MESSAGE: `talking`, who have a conversation with the caller, then `chat`,
// then `receive`; CHAT: `chat` only; INVITE: `invite` only; the newest connection first each time. Never the
// caller itself, but another instance of the caller's own account is as good as anybody's. REQUIRES:
// `instances` are those of the callee, newest first.
std::vector<InstanceId> choose(const std::vector<Instance>& instances, CallKind kind,
                               const std::optional<model::DeviceName>& device, InstanceId caller,
                               const std::set<InstanceId>& talking);

}  // namespace p2pc::directory
