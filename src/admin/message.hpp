// The messages of the admin socket as frames. Each is one CONTROL frame, so at most 64 KiB.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>

#include "admin.pb.h"

namespace p2pc::admin {

Bytes frame(const pb::Request& message);
Bytes frame(const pb::Reply& message);
// Errc::malformed
Result<pb::Request> parse_request(BytesView body);
Result<pb::Reply> parse_reply(BytesView body);

pb::Reply failure(Errc code);

}  // namespace p2pc::admin
