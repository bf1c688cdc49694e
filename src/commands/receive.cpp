#include "commands/receive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/filter.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "commands/receive_service.hpp"
#include "commands/transfer_report.hpp"
#include "terminal/prompt.hpp"

namespace p2pc::commands {
namespace {

class ReceivePrinter final : public ReceiveReporter {
  public:
    ReceivePrinter(Context& context, const home::Login& login)
        : out_(context.out), login_(login), progress_(context.out, Direction::in, context.services.clock()) {}

    void listening(const std::vector<std::string>& endpoints) override {
        if (out_.json()) {
            ListeningRecord record;
            record.endpoints = endpoints;
            record.key = login_.account_key();
            out_.record(line_of(record, out_.now()));
        } else {
            out_.notice(
                fmt::format("{} is listening at {}", login_.user().text(), fmt::join(endpoints, " ")));
        }
    }
    void session_opened(const peer::Session& session) override {
        tell_trust(out_, session);
        if (out_.json()) out_.record(line_of(record_of(session, login_.device().name), out_.now()));
    }
    void session_ended(const peer::Session& session, model::EndReason reason) override {
        progress_.clear();
        if (!out_.json()) return;
        out_.record(line_of(record_of(session, login_.device().name, reason, out_.now()), out_.now()));
    }
    void offered(const peer::Session& session, const wire::pb::Offer& offer) override {
        if (!out_.json()) return;
        OfferRecord record;
        record.id = fmt::format("{}-{}", model::id_text(session.id()), offer.delivery());
        record.session = model::id_text(session.id());
        record.from = session.user().text();
        if (offer.files() > 0) record.files = offer.files();
        if (offer.has_total()) record.total = ByteCount{offer.total()};
        record.trust = session.trust();
        out_.record(line_of(record, out_.now()));
    }
    Status message(const peer::Session& session, std::uint64_t id, const std::string& text) override {
        progress_.clear();
        if (out_.json()) {
            MessageRecord record;
            record.id = fmt::format("{}-{}", model::id_text(session.id()), id);
            record.session = model::id_text(session.id());
            record.from = session.user().text();
            record.to = login_.user().text();
            record.text = text;
            record.state = "received";
            out_.record(line_of(record, out_.now()));
        } else {
            out_.line(session.user().text() + ": " + base::escape_line(text));
        }
        // Nobody read it: the sender must not believe otherwise.
        if (out_.reader_gone() || out_.lost() != 0) return Errc::reader_gone;
        return {};
    }
    void item_ended(const peer::Session& session, const peer::ItemOutcome& outcome) override {
        progress_.clear();
        if (outcome.error) {
            out_.notice(fmt::format("{} from {}: {}", base::escape_line(outcome.name), session.user().text(),
                                    describe(*outcome.error)));
        }
        if (out_.json()) {
            out_.record(line_of(record_of(session, outcome, Direction::in, login_.user()), out_.now()));
        } else if (outcome.path) {
            out_.line(base::escape_line(*outcome.path));
        }
    }
    void progressed(const peer::Session& session, const peer::Progress& progress) override {
        progress_.update(session, progress);
    }
    void server_state(bool up) override {
        if (out_.json()) {
            out_.record(line_of(up ? ServerChange::back : ServerChange::lost, out_.now()));
        } else {
            out_.notice(up ? "the server is back" : "the server is away; trying again");
        }
    }
    void notice(const std::string& text) override { out_.notice(text); }
    // For SIGUSR1.
    void say_how_far() { out_.notice(progress_.line()); }

  private:
    Output& out_;
    const home::Login& login_;
    ProgressReport progress_;
};

asio::awaitable<int> receive(Context& context, Client& client, ReceiveRules rules) {
    ReceivePrinter printer(context, client.login());
    const bool once = rules.once;
    rules.welcomed = [&client](const wire::pb::Welcome& welcome) { return client.welcomed(welcome); };
    ReceiveService service(context.services, client.self(), client.pins(), client.reports(), std::move(rules),
                           printer);
    auto& signals = context.services.signals();
    signals.on_stop([&service](int) { service.stop(); });
    signals.on_status([&printer] { printer.say_how_far(); });
    context.out.on_reader_gone([&signals] { signals.deliver(SIGPIPE); });
    auto done = co_await service.run(context.soon());
    signals.on_stop(nullptr);
    signals.on_status(nullptr);
    if (signals.caught() != 0) co_return exit_code::interrupted;
    if (once && service.mixed()) {
        co_return context.fail(Error{Errc::partly, "some of the files did not arrive"});
    }
    if (done) co_return exit_code::done;
    if (done.error().code() == Errc::reader_gone) {
        // As any program whose output nobody reads any more.
        signals.deliver(SIGPIPE);
        co_return exit_code::interrupted;
    }
    co_return context.fail(done.error());
}

// `-o FILE`: neither stdout nor a folder, present or to be made.
bool names_one_file(const std::string& output) {
    struct stat found {};
    const bool folder = ::stat(output.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
    return output != "-" && !output.ends_with('/') && !folder;
}

bool ask_about(const model::UserName& user, const model::PublicKey& key) {
    const auto question = fmt::format("{} is new here, with key {}. Take what they send? (y/n) ", user.text(),
                                      model::fingerprint(key));
    const auto answer = terminal::prompt_choice(question, "yn", {STDIN_FILENO, STDERR_FILENO});
    return answer && *answer == 'y';
}

}  // namespace

int run_receive(Context& context, const ReceiveOptions& options) {
    if (options.partials != ReceiveOptions::Partials::no) return run_partials(context, options);
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    ReceiveRules rules;
    rules.from.insert(options.from.begin(), options.from.end());
    if (options.from.empty() && terminal::can_ask(STDIN_FILENO)) rules.ask = ask_about;
    rules.once = options.until == ReceiveOptions::Until::first_delivery || names_one_file(options.output);
    if (options.wait && *options.wait != Duration::max()) rules.wait = options.wait;
    rules.output = options.output;
    if (options.names == ReceiveOptions::TopNames::any) rules.any_names = transfer::AnyNames::yes;
    rules.on_conflict = options.on_conflict;
    rules.may_remove = options.deletion == ReceiveOptions::Deletion::allowed;
    if (options.max_size) rules.policy.max_size = *options.max_size;
    if (options.program) {
        const auto runs = ItemProgram::check(*options.program);
        if (!runs) return context.fail(runs.error());
        rules.program = options.program;
    }
    rules.stall = options.stall;
    rules.private_ranges = options.private_ranges;
    if (options.listen) {
        auto at = model::ListenUrl::parse(*options.listen, (*client)->login().server().scheme(), 0);
        if (!at) return context.fail(at.error());
        rules.listen = std::move(*at);
    }
    if (options.to_stdout()) context.out.records_to(RecordsTo::standard_error);
    return context.run(receive(context, **client, std::move(rules)));
}

}  // namespace p2pc::commands
