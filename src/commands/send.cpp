#include "commands/send.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "commands/send_service.hpp"
#include "commands/transfer_report.hpp"

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

// Tells what happens in records, or in lines for a person; keeps count for the exit code.
class SendPrinter final : public SendReporter {
  public:
    enum class DryRun : bool { no, yes };
    SendPrinter(Context& context, const home::Login& login, DryRun run)
        : out_(context.out),
          login_(login),
          progress_(context.out, Direction::out, context.services.clock()),
          dry_run_(run == DryRun::yes) {}

    void session_opened(const peer::Session& session) override {
        session_ = &session;
        if (session.trust() == identity::Trust::fresh) {
            out_.notice(fmt::format("{} is new here: key {} pinned", session.user().text(),
                                    model::fingerprint(session.introduction().account_key())));
        }
        if (out_.json()) out_.record(line_of(record_of(session, login_.device().name), out_.now()));
    }
    void session_ended(const peer::Session& session, model::EndReason reason) override {
        progress_.clear();
        session_ = nullptr;
        if (!out_.json()) return;
        out_.record(line_of(record_of(session, login_.device().name, reason, out_.now()), out_.now()));
    }
    void message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) override {
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
    void item_ended(const peer::ItemOutcome& outcome) override {
        progress_.clear();
        tally_.add(outcome.error);
        if (!outcome.error) count(outcome);
        if (dry_run_) show(outcome);
        if (outcome.error) out_.notice(base::escape_line(outcome.label) + ": " + describe(*outcome.error));
        if (out_.json() && session_ != nullptr) {
            auto record = record_of(*session_, outcome, Direction::out, login_.user());
            record.dry_run = dry_run_;
            out_.record(line_of(record, out_.now()));
        }
    }
    void progressed(const peer::Progress& progress) override {
        if (session_ != nullptr) progress_.update(*session_, progress);
        moved_ = progress;
    }
    void removed(std::uint64_t entries) override {
        out_.notice(fmt::format("{} {} removed there", entries, dry_run_ ? "would be" : "were"));
    }
    void notice(const std::string& text) override { out_.notice(text); }

    // For SIGUSR1.
    void say_how_far() { out_.notice(progress_.line()); }

    void stats(Duration took) {
        StatsRecord record;
        record.files_sent = files_;
        record.skipped = moved_.files_skipped;
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

    int end(const Status& done, const model::PeerName& to) {
        if (tally_.mixed() || (tally_.any() && !done && files_ > 0)) {
            out_.fail(Error{Errc::refused, fmt::format("some of the files did not get to {}", to.text())});
            return exit_code::partly;
        }
        if (!done) return out_.fail(done.error());
        if (tally_.first_error()) return out_.fail(*tally_.first_error());
        if (tally_.any() && !out_.json()) {
            out_.notice(fmt::format("{} {}: {} {}, {}", dry_run_ ? "would be delivered to" : "delivered to",
                                    to.text(), files_, files_ == 1 ? "file" : "files",
                                    base::format_size(ByteCount{bytes_})));
        }
        return exit_code::done;
    }

  private:
    void count(const peer::ItemOutcome& outcome) {
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
    // What a dry run says of an entry.
    void show(const peer::ItemOutcome& outcome) {
        if (out_.json() || outcome.error || outcome.kind == transfer::EntryKind::folder) return;
        const auto size = outcome.size ? base::format_size(*outcome.size) : std::string{"-"};
        out_.line(fmt::format("{}  {}  {}", outcome.skipped ? "keep" : "send", size,
                              base::escape_line(outcome.label)));
    }

    Output& out_;
    const home::Login& login_;
    ProgressReport progress_;
    const bool dry_run_;
    const peer::Session* session_ = nullptr;
    ItemTally tally_;
    std::uint64_t files_ = 0, bytes_ = 0, skipped_ = 0;
    peer::Progress moved_;
};

// All of stdin, as far as a message may be long, and one byte more.
Result<std::string> read_message() {
    std::string text;
    std::array<char, 4096> piece;
    while (text.size() <= wire::max_text) {
        const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Errc::local_io, "stdin cannot be read"};
        if (got == 0) break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

Status check_message(const std::string& text) {
    if (text.size() > wire::max_text) {
        return Error{Errc::usage,
                     fmt::format("a message has at most {} bytes (send it as a file)", wire::max_text)};
    }
    if (text.empty()) return Error{Errc::usage, "the message is empty"};
    if (!base::is_valid_utf8(text)) return Error{Errc::usage, "the message is not UTF-8 (send it as a file)"};
    return {};
}

// The patterns of a file, as those of --exclude.
Status add_patterns(transfer::Patterns& to, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) return Error{Errc::local_io, fmt::format("'{}' cannot be read", path)};
    to.add_lines(text);
    return {};
}

asio::awaitable<int> send(Context& context, Client& client, SendRules rules, SendRequest::Stats stats) {
    const auto to = rules.to;
    const Instant began = context.services.now();
    const auto run = rules.dry_run ? SendPrinter::DryRun::yes : SendPrinter::DryRun::no;
    SendPrinter printer(context, client.login(), run);
    rules.welcomed = [&client](const wire::pb::Welcome& welcome) { return client.welcomed(welcome); };
    SendService service(context.services, client.self(), client.pins(), client.reports(), std::move(rules),
                        printer);
    context.services.signals().on_stop([&service](int) { service.stop(); });
    context.services.signals().on_status([&printer] { printer.say_how_far(); });
    auto done = co_await service.run(context.soon());
    context.services.signals().on_stop(nullptr);
    context.services.signals().on_status(nullptr);
    if (stats == SendRequest::Stats::yes) printer.stats(context.services.now() - began);
    if (context.services.signals().caught() != 0) co_return exit_code::interrupted;
    co_return printer.end(done, to);
}

}  // namespace

int run_send(Context& context, const SendRequest& request) {
    SendRules rules{.to = request.receiver,
                    .message = request.message,
                    .sent = request.sent,
                    .update = request.compare == SendRequest::Compare::update,
                    .dry_run = request.compare == SendRequest::Compare::dry_run,
                    .remove = request.remove,
                    .times = request.times,
                    .wait = request.wait.has_value(),
                    .wait_for = request.wait,
                    .stall = request.stall,
                    .private_ranges = request.private_ranges,
                    .welcomed = nullptr,
                    .listen = std::nullopt};
    if (request.wait == Duration::max()) rules.wait_for.reset();
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    if (request.message_from == SendRequest::MessageFrom::standard_input && rules.message) {
        auto text = read_message();
        if (!text) return context.fail(text.error());
        rules.message = std::move(*text);
    }
    if (rules.message) {
        const auto fits = check_message(*rules.message);
        if (!fits) return context.fail(fits.error());
    }
    if (request.listen) {
        auto at = model::ListenUrl::parse(*request.listen, (*client)->login().server().scheme(), 0);
        if (!at) return context.fail(at.error());
        rules.listen = std::move(*at);
    }
    for (const auto& file : request.exclude_from) {
        const auto added = add_patterns(rules.sent.exclude, file);
        if (!added) return context.fail(added.error());
    }
    const auto readable = check_sendable(rules.sent);
    if (!readable) return context.fail(readable.error());
    return context.run(send(context, **client, std::move(rules), request.stats));
}

}  // namespace p2pc::commands
