#include "commands/chat/said.hpp"

#include <fmt/format.h>

#include "base/filter.hpp"
#include "base/units.hpp"

namespace p2pc::commands::chat {

std::string words_of(const Error& why) {
    const bool says_it_all = why.code() == Errc::usage || why.code() == Errc::not_found ||
                             why.code() == Errc::conflict || why.code() == Errc::limit;
    return base::escape_line(says_it_all && !why.detail().empty() ? why.detail() : describe(why));
}

std::string words_of(const std::string& what, const Error& why) {
    return what.empty() ? words_of(why) : fmt::format("{}: {}", what, words_of(why));
}

std::string words_of(const wire::pb::Offer& offer) {
    std::string out = base::escape_line(offer.first_name());
    if (offer.files() > 1) out += fmt::format(" and {} more", offer.files() - 1);
    if (offer.has_total()) out += fmt::format(" ({})", base::format_size(ByteCount{offer.total()}));
    return out;
}

std::optional<std::string> first_contact(const peer::Session& session) {
    if (session.trust() != identity::Trust::fresh) return std::nullopt;
    return fmt::format("{} is new here: key {} is pinned", session.user().text(),
                       model::fingerprint(session.introduction().account_key()));
}

SessionRecord session_record_of(const peer::Session& session) {
    SessionRecord record;
    record.id = model::id_text(session.id());
    record.peers.push_back(session.user().text());
    record.device = session.device().text();
    record.role = session.role() == peer::CallRole::caller ? "caller" : "callee";
    record.started = session.started();
    record.path = session.path();
    record.trust = session.trust();
    return record;
}

FileRecord file_record_of(const peer::Session& session, const model::UserName& self, Number number,
                          Direction direction, const peer::ItemOutcome& outcome) {
    const bool sent = direction == Direction::sent;
    FileRecord record;
    record.id = std::to_string(number);
    record.session = model::id_text(session.id());
    record.from = sent ? self.text() : session.user().text();
    record.to = sent ? session.user().text() : self.text();
    record.device = session.device().text();
    record.name = outcome.name;
    record.path = outcome.path;
    record.size = outcome.size;
    if (!outcome.digest.empty()) set_digest(record, outcome.digest);
    record.state = sent ? "sent" : "received";
    if (outcome.skipped) record.state = "skipped";
    if (outcome.error) record.state = outcome.error->code() == Errc::refused ? "refused" : "failed";
    record.error = outcome.error;
    return record;
}

}  // namespace p2pc::commands::chat
