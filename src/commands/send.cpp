#include "commands/send.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>

#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "commands/send_printer.hpp"
#include "io/task_group.hpp"
#include "peer/lane_order.hpp"
#include "runtime/run.hpp"
#include "transfer/shared_source.hpp"

namespace p2pc::commands {
namespace {

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

// Files are read for each receiver alone, with the same content for all. "-" goes through a ring that all of
// them read from: whoever is ahead there waits for the slowest, and a thread that waits must not be
// another's. Hence each has one of its own.
class Readers {
  public:
    Readers(std::vector<SendRules>& all, io::Pool& shared) {
        if (all.size() == 1) {
            all.front().pool = &shared;
            return;
        }
        const auto& sent = all.front().sent;
        const auto same = std::make_shared<transfer::SameContent>();
        std::vector<std::unique_ptr<transfer::Source>> streams;
        if (std::find(sent.paths.begin(), sent.paths.end(), "-") != sent.paths.end()) {
            streams = transfer::share(transfer::make_stream_source(STDIN_FILENO, "-", sent.stream_name),
                                      all.size());
        }
        for (std::size_t n = 0; n < all.size(); ++n) {
            all[n].pool = &pools_.emplace_back(1, 64);
            all[n].sent.same = same;
            if (streams.empty()) continue;
            const auto held = std::make_shared<std::unique_ptr<transfer::Source>>(std::move(streams[n]));
            streams_.push_back(held);
            all[n].sent.stream = [held] { return std::move(*held); };
        }
    }

    // Receiver n takes no more: it holds up nobody.
    void leave(std::size_t n) {
        if (n < streams_.size()) streams_[n]->reset();
    }

  private:
    std::deque<io::Pool> pools_;
    std::vector<std::shared_ptr<std::unique_ptr<transfer::Source>>> streams_;
};

// One receiver of a send.
class Party {
  public:
    enum class Only : bool { no, yes };
    Party(Context& context, Client& client, SendRules rules, Only only)
        : to_(rules.to),
          only_(only),
          signals_(context.services.signals()),
          printer_(context, client.login(),
                   rules.dry_run ? SendPrinter::DryRun::yes : SendPrinter::DryRun::no),
          service_(context.services, client.self(), client.pins(), client.reports(), std::move(rules),
                   printer_) {}

    SendPrinter& printer() noexcept { return printer_; }
    SendService& service() noexcept { return service_; }
    const Status& ended() const noexcept { return ended_; }

    static asio::awaitable<void> run(Party& party, Readers& readers, std::size_t number, Deadline by) {
        Status done;
        try {
            done = co_await party.service_.run(by);
        } catch (...) {
            done = runtime::what_escaped(std::current_exception());
        }
        readers.leave(number);
        party.ended_ = party.printer_.end(done, party.to_);
        const bool told = party.only_ == Only::yes || party.signals_.caught() != 0;
        if (!told) party.printer_.result(party.ended_, party.to_);
    }

  private:
    model::PeerName to_;
    Only only_;
    runtime::Signals& signals_;
    SendPrinter printer_;
    SendService service_;
    Status ended_ = Errc::internal;
};

// 0; what all receivers failed with, if that is one exit code; else 11.
int settle(Context& context, const std::deque<Party>& parties) {
    if (parties.size() == 1) {
        const auto& ended = parties.front().ended();
        return ended ? exit_code::done : context.fail(ended.error());
    }
    std::optional<Error> first;
    bool alike = true;
    for (const auto& party : parties) {
        if (!party.ended() && !first) first = party.ended().error();
        const int code = party.ended() ? exit_code::done : exit_code_of(party.ended().error().code());
        const auto& front = parties.front().ended();
        alike = alike && code == (front ? exit_code::done : exit_code_of(front.error().code()));
    }
    if (!first) return exit_code::done;
    if (alike) return context.fail(*first);
    return context.fail(Error{Errc::partly, "not all of the receivers got all of it"});
}

asio::awaitable<int> send(Context& context, Client& client, std::vector<SendRules> all,
                          SendRequest::Stats stats) {
    const Instant began = context.services.now();
    Readers readers(all, context.services.pool());
    std::deque<Party> parties;
    const auto only = all.size() == 1 ? Party::Only::yes : Party::Only::no;
    for (auto& rules : all) {
        rules.welcomed = [&client](const wire::pb::Welcome& welcome) { return client.welcomed(welcome); };
        parties.emplace_back(context, client, std::move(rules), only);
    }
    auto& signals = context.services.signals();
    signals.on_stop([&parties](int) {
        for (auto& party : parties)
            party.service().stop();
    });
    signals.on_status([&parties] {
        for (auto& party : parties)
            party.printer().say_how_far();
    });
    io::TaskGroup tasks(context.services.loop(), nullptr);
    const Deadline by = context.soon();
    for (std::size_t n = 0; n < parties.size(); ++n)
        tasks.spawn("sending", Party::run(parties[n], readers, n, by));
    co_await tasks.join();
    signals.on_stop(nullptr);
    signals.on_status(nullptr);
    for (auto& party : parties)
        if (stats == SendRequest::Stats::yes) party.printer().stats(context.services.now() - began);
    if (signals.caught() != 0) co_return exit_code::interrupted;
    co_return settle(context, parties);
}

}  // namespace

int run_send(Context& context, const SendRequest& request) {
    SendRules rules{.to = request.receivers.front(),
                    .message = request.message,
                    .sent = request.sent,
                    .update = request.compare == SendRequest::Compare::update,
                    .dry_run = request.compare == SendRequest::Compare::dry_run,
                    .remove = request.remove,
                    .times = request.times,
                    .checksum = request.checksum,
                    .retry_for = request.retry_for,
                    .wait = request.wait.has_value(),
                    .wait_for = request.wait,
                    .stall = request.stall,
                    .private_ranges = request.private_ranges,
                    .welcomed = nullptr,
                    .listen = std::nullopt,
                    .pool = nullptr,
                    .pace = nullptr,
                    .lanes = 1};
    rules.lanes = std::max<std::size_t>(peer::LaneOrder::most_lanes / request.receivers.size(), 1);
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
    std::optional<peer::Pace> pace;
    if (request.rate) rules.pace = &pace.emplace(context.services.loop(), *request.rate);
    std::vector<SendRules> all;
    for (const auto& receiver : request.receivers) {
        all.push_back(rules);
        all.back().to = receiver;
    }
    return context.run(send(context, **client, std::move(all), request.stats));
}

}  // namespace p2pc::commands
