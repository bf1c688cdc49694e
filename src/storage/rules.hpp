// What every implementation of the store decides alike, on plain records.
#pragma once

#include <p2pc/base/result.hpp>

#include "storage/records.hpp"

namespace p2pc::storage {

// Whether `next` is the serial right after `stored`. The last number has no successor.
bool follows(std::uint64_t stored, std::uint64_t next) noexcept;

// Errc::device_taken when two devices of the list share a name or an id.
Status check_distinct(const DeviceList& list);

SessionRecord opened(const NewSession& session);

// DirectoryStore::report_end on one session.
Status take_report(SessionRecord& session, const model::UserName& user, const model::DeviceId& device,
                   const EndReport& report);

// DirectoryStore::end_session on one that has not ended.
void conclude(SessionRecord& session, model::EndReason reason, WallTime ended);

}  // namespace p2pc::storage
