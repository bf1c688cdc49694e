#include "commands/receive_delivery.hpp"

#include "base/filter.hpp"
#include "commands/receive_service.hpp"
#include "commands/send_tries.hpp"

namespace p2pc::commands {

PlacedMemory::PlacedMemory(const home::HomePaths& home, const model::SessionId& session, WallTime now)
    : placed_(home, session,
              std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()) {}

std::optional<std::string> PlacedMemory::find(const transfer::PartialKey& key) {
    return placed_.find(key.file_name());
}

void PlacedMemory::add(const transfer::PartialKey& key, const std::string& path) {
    placed_.add(key.file_name(), path);
}

ReceiveDelivery::ReceiveDelivery(ReceiveReporter& reporter, const peer::Session& session,
                                 std::function<void(const peer::ItemOutcome&)> placed)
    : reporter_(reporter), session_(session), placed_(std::move(placed)) {}

// Of an item whose link is lost another link may bring the rest.
void ReceiveDelivery::item_ended(const peer::ItemOutcome& outcome) {
    if (outcome.error && lost_link(*outcome.error)) {
        lost_.push_back(outcome);
        passes_once = passes_once || !outcome.size;  // a stream
    } else {
        tell(outcome);
    }
}

void ReceiveDelivery::progressed(const peer::Progress& progress) {
    reporter_.progressed(session_, progress);
}

void ReceiveDelivery::started_over(const std::string& name) {
    reporter_.notice(base::escape_line(name) + " has changed since a part of it came; it starts over");
}

void ReceiveDelivery::ended(const Status& how) {
    if (how) return;
    if (lost_link(how.error())) {
        lost_error_ = how.error();
    } else if (!first_error) {
        first_error = how.error();
    }
}

void ReceiveDelivery::goes_on() {
    lost_.clear();
    lost_error_.reset();
}

void ReceiveDelivery::is_over() {
    for (const auto& outcome : lost_)
        tell(outcome);
    lost_.clear();
    if (lost_error_ && !first_error) first_error = lost_error_;
}

void ReceiveDelivery::tell(const peer::ItemOutcome& outcome) {
    reporter_.item_ended(session_, outcome);
    if (!outcome.error && !outcome.skipped) placed_(outcome);
    accepted = true;
    ++(outcome.error ? failed : done);
    if (outcome.error && !first_error) first_error = outcome.error;
}

}  // namespace p2pc::commands
