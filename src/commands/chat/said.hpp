// What fronts say in the same words or the same records.
#pragma once

#include "commands/chat/front.hpp"
#include "commands/records.hpp"

namespace p2pc::commands::chat {

// One line, safe to show.
std::string words_of(const Error& why);
std::string words_of(const std::string& what, const Error& why);
// "report.pdf (1.2 MiB)", "report.pdf and 2 more (27 MiB)".
std::string words_of(const wire::pb::Offer& offer);
// "new key ...": how to say that a session pinned one; none when it was known.
std::optional<std::string> first_contact(const peer::Session& session);

SessionRecord session_record_of(const peer::Session& session);
FileRecord file_record_of(const peer::Session& session, const model::UserName& self, Number number,
                          Direction direction, const peer::ItemOutcome& outcome);

}  // namespace p2pc::commands::chat
