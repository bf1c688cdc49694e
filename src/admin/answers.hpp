// From the directory's values to the answers of the admin socket. Pure functions.
#pragma once

#include <vector>

#include "admin.pb.h"
#include "directory/operator.hpp"

namespace p2pc::admin {

// Each fits in a frame; the last one has `done`. At least one.
std::vector<pb::Reply> users_replies(const std::vector<directory::OperatorUser>& users);
std::vector<pb::Reply> sessions_replies(const std::vector<storage::SessionRecord>& sessions);

// As many rows as fit in a frame, whatever is in them.
constexpr std::size_t audit_rows_a_piece = 128;
// Not the last one. REQUIRES: not more rows than that
pb::Reply audit_piece(const std::vector<storage::AuditRow>& rows);
pb::Reply stats_reply(const directory::ServerStats& stats);
pb::Reply token_reply(const directory::IssuedToken& issued);
pb::Reply done_reply();

}  // namespace p2pc::admin
