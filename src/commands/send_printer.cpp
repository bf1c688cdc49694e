#include "commands/send_printer.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/exit_codes.hpp"

namespace p2pc::commands {
namespace {

// Of this process so far, user and system.
double cpu_seconds() {
    struct rusage used {};
    if (::getrusage(RUSAGE_SELF, &used) != 0) return 0;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

void SendPrinter::session_opened(const peer::Session& session) {
    session_ = &session;
    tell_trust(out_, session);
    if (out_.json()) out_.record(line_of(record_of(session, login_.device().name), out_.now()));
}

void SendPrinter::session_ended(const peer::Session& session, model::EndReason reason) {
    progress_.clear();
    session_ = nullptr;
    if (!out_.json()) return;
    out_.record(line_of(record_of(session, login_.device().name, reason, out_.now()), out_.now()));
}

void SendPrinter::message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) {
    if (!out_.json()) return;
    MessageRecord record;
    record.id = fmt::format("{}-{}", model::id_text(session.id()), id);
    record.session = model::id_text(session.id());
    record.from = login_.user().text();
    record.to = session.user().text();
    record.text = text;
    record.state = "delivered";
    out_.record(line_of(record, out_.now()));
}

void SendPrinter::item_ended(const peer::ItemOutcome& outcome) {
    progress_.clear();
    tally_.add(outcome.error);
    if (!outcome.error) count(outcome);
    if (dry_run_) show(outcome);
    if (outcome.error) out_.notice(base::escape_line(outcome.label) + ": " + describe(*outcome.error));
    if (out_.json() && session_ != nullptr) {
        auto record = record_of(*session_, outcome, Direction::out, login_.user());
        record.dry_run = dry_run_;
        record.source = outcome.label;
        out_.record(line_of(record, out_.now()));
    }
}

void SendPrinter::stats(Duration took) {
    StatsRecord record;
    record.files_sent = files_;
    record.skipped = skipped_;
    record.bytes_resumed = ByteCount{moved_.resumed};
    record.bytes_sent = ByteCount{moved_.done - std::min(moved_.done, moved_.resumed)};
    record.seconds = std::chrono::duration<double>(took).count();
    record.cpu = cpu_seconds();
    if (out_.json()) return out_.record(line_of(record, out_.now()));
    const auto rate =
        record.seconds > 0 ? static_cast<double>(record.bytes_sent.value()) / record.seconds : 0;
    out_.notice(fmt::format("{} sent, {} skipped, {} sent, {} resumed, {:.3f} s, {}, CPU {:.3f} s",
                            record.files_sent, record.skipped, base::format_size(record.bytes_sent),
                            base::format_size(record.bytes_resumed), record.seconds,
                            base::format_rate(ByteCount{static_cast<std::uint64_t>(rate)}), record.cpu));
}

Status SendPrinter::end(const Status& done, const model::PeerName& to) {
    if (tally_.mixed() || (tally_.any() && !done && files_ > 0)) {
        return Error{Errc::partly, fmt::format("some of the files did not get to {}", to.text())};
    }
    if (!done) return done;
    if (tally_.first_error()) return *tally_.first_error();
    if (tally_.any() && !out_.json()) {
        out_.notice(fmt::format("{} {}: {} {}, {}", dry_run_ ? "would be delivered to" : "delivered to",
                                to.text(), files_, files_ == 1 ? "file" : "files",
                                base::format_size(ByteCount{bytes_})));
    }
    return {};
}

void SendPrinter::result(const Status& ended, const model::PeerName& to) {
    if (!ended) out_.notice(to.text() + ": " + describe(ended.error()));
    if (out_.json()) out_.record(result_line(to.text(), ended, out_.now()));
}

void SendPrinter::count(const peer::ItemOutcome& outcome) {
    if (outcome.kind == transfer::EntryKind::link) return;
    // In a dry run each file tells for itself, and its folder again for all of them.
    if (dry_run_ && outcome.kind == transfer::EntryKind::folder) return;
    if (outcome.skipped) {
        skipped_ += outcome.files;
        return;
    }
    if (outcome.size) bytes_ += outcome.size->value();
    files_ += outcome.files;
}

void SendPrinter::show(const peer::ItemOutcome& outcome) {
    if (out_.json() || outcome.error || outcome.kind == transfer::EntryKind::folder) return;
    const auto size = outcome.size ? base::format_size(*outcome.size) : std::string{"-"};
    out_.line(
        fmt::format("{}  {}  {}", outcome.skipped ? "keep" : "send", size, base::escape_line(outcome.label)));
}

}  // namespace p2pc::commands
