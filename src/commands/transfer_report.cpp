#include "commands/transfer_report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/filter.hpp"
#include "commands/exit_codes.hpp"
#include "terminal/screen.hpp"

namespace p2pc::commands {

void tell_trust(Output& out, const peer::Session& session) {
    const auto key = model::fingerprint(session.introduction().account_key());
    if (session.trust() == identity::Trust::fresh) {
        return out.notice(fmt::format("{} is new here: key {} pinned", session.user().text(), key));
    }
    out.detail(fmt::format("{}/{} is there: {}, key {}", session.user().text(), session.device().text(),
                           identity::trust_text(session.trust()), key));
}

SessionRecord record_of(const peer::Session& session, const model::DeviceName& own_device) {
    SessionRecord record;
    record.id = model::id_text(session.id());
    record.peers = {session.user().text()};
    record.device = own_device.text();
    record.role = session.role() == peer::CallRole::caller ? "caller" : "callee";
    record.started = session.started();
    record.path = session.path();
    record.trust = session.trust();
    return record;
}

SessionRecord record_of(const peer::Session& session, const model::DeviceName& own_device,
                        model::EndReason reason, WallTime ended) {
    auto record = record_of(session, own_device);
    record.state = model::SessionState::ended;
    record.ended = ended;
    record.reason = reason;
    record.bytes_in = ByteCount{session.bytes_in()};
    record.bytes_out = ByteCount{session.bytes_out()};
    return record;
}

namespace {

std::string state_of(const peer::ItemOutcome& outcome, Direction direction) {
    if (outcome.skipped) return "skipped";
    if (!outcome.error) return direction == Direction::out ? "sent" : "received";
    const auto code = outcome.error->code();
    return code == Errc::refused || code == Errc::no_space ? "refused" : "failed";
}

}  // namespace

FileRecord record_of(const peer::Session& session, const peer::ItemOutcome& outcome, Direction direction,
                     const model::UserName& self) {
    FileRecord record;
    record.id = fmt::format("{}-{}", model::id_text(session.id()), outcome.item);
    record.session = model::id_text(session.id());
    record.from = direction == Direction::out ? self.text() : session.user().text();
    record.to = direction == Direction::out ? session.user().text() : self.text();
    record.device = session.device().text();
    record.name = outcome.name;
    record.path = outcome.path;
    record.size = outcome.size;
    if (!outcome.digest.empty()) set_digest(record, outcome.digest);
    record.state = state_of(outcome, direction);
    record.error = outcome.error;
    return record;
}

ProgressReport::ProgressReport(Output& output, Direction direction, const base::Clock& clock)
    : output_(output),
      direction_(direction),
      clock_(clock),
      bar_(STDERR_FILENO, terminal::columns_of(STDERR_FILENO),
           ::isatty(STDERR_FILENO) == 1 && !output.quiet() ? terminal::ProgressBar::Visible::yes
                                                           : terminal::ProgressBar::Visible::no),
      records_(std::chrono::milliseconds{500}) {}

void ProgressReport::update(const peer::Session& session, const peer::Progress& progress) {
    const Instant now = clock_.now();
    if (!began_) {
        began_ = now;
        began_at_ = progress.done;
    }
    const double seconds = std::chrono::duration<double>(now - *began_).count();
    const auto moved = static_cast<double>(progress.done - began_at_);
    const ByteCount rate{seconds > 0.05 ? static_cast<std::uint64_t>(moved / seconds) : 0};

    terminal::Progress& shown = shown_ = {};
    shown.name = base::escape_line(progress.name);
    shown.done = ByteCount{progress.done};
    if (progress.total) shown.total = ByteCount{*progress.total};
    shown.rate = rate;
    if (progress.total && rate.value() > 0 && *progress.total >= progress.done) {
        shown.left = std::chrono::seconds{(*progress.total - progress.done) / rate.value()};
    }
    shown.file = progress.files_done + 1;
    shown.files = std::max(progress.files_total.value_or(shown.file), shown.file);
    shown.path = session.path();
    bar_.update(shown, now);

    if (!output_.json() || !records_.due(now)) return;
    ProgressRecord record;
    record.id = record.session.emplace(model::id_text(session.id()));
    record.direction = direction_ == Direction::out ? "out" : "in";
    record.name = progress.name;
    record.done = ByteCount{progress.done};
    if (progress.total) record.total = ByteCount{*progress.total};
    record.files_done = progress.files_done;
    record.files_total = progress.files_total;
    record.rate = rate;
    output_.record(line_of(record, output_.now()));
}

std::string ProgressReport::line() const {
    if (!began_) return "nothing was transferred yet";
    constexpr unsigned no_limit = 10'000;
    return terminal::format_progress(shown_, no_limit);
}

void ItemTally::add(const std::optional<Error>& error) {
    ++(error ? failed_ : done_);
    if (error && !first_) first_ = error;
}

int ItemTally::exit_code() const {
    if (failed_ == 0) return exit_code::done;
    if (done_ > 0) return exit_code::partly;
    return exit_code_of(first_->code());
}

}  // namespace p2pc::commands
