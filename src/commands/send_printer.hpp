// SendPrinter: what `p2pc send` tells of one receiver.
//
// One loop; one a receiver.
#pragma once

#include <fmt/format.h>

#include "commands/context.hpp"
#include "commands/send_service.hpp"
#include "commands/transfer_report.hpp"

namespace p2pc::commands {

// Tells what happens in records, or in lines for a person; keeps count for the exit code.
class SendPrinter final : public SendReporter {
  public:
    enum class DryRun : bool { no, yes };
    SendPrinter(Context& context, const home::Login& login, DryRun run)
        : out_(context.out),
          login_(login),
          progress_(context.out, Direction::out, context.services.clock()),
          dry_run_(run == DryRun::yes) {}

    void session_opened(const peer::Session& session) override;
    void session_ended(const peer::Session& session, model::EndReason reason) override;
    void message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) override;
    void item_ended(const peer::ItemOutcome& outcome) override;
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

    void stats(Duration took);

    // How it went with this receiver; Errc::partly: some items got there.
    Status end(const Status& done, const model::PeerName& to);
    // The same, said when it is one of several: `ended` is what end() gave.
    void result(const Status& ended, const model::PeerName& to);

  private:
    void count(const peer::ItemOutcome& outcome);
    // What a dry run says of an entry.
    void show(const peer::ItemOutcome& outcome);

    Output& out_;
    const home::Login& login_;
    ProgressReport progress_;
    const bool dry_run_;
    const peer::Session* session_ = nullptr;
    ItemTally tally_;
    std::uint64_t files_ = 0, bytes_ = 0, skipped_ = 0;
    peer::Progress moved_;
};

}  // namespace p2pc::commands
