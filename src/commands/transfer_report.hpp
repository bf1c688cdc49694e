// What send and receive (and chat) tell of sessions, items and progress: the records of docs/cli.md, or
// lines and a bar for a person. One loop.
#pragma once

#include <string>

#include "commands/output.hpp"
#include "commands/records.hpp"
#include "peer/delivery.hpp"
#include "peer/session.hpp"
#include "terminal/progress.hpp"

namespace p2pc::commands {

// Who is at the other end of a session that opened: a first contact is told with its key, the rest with -v.
void tell_trust(Output& out, const peer::Session& session);

SessionRecord record_of(const peer::Session& session, const model::DeviceName& own_device);
// The same when it has ended.
SessionRecord record_of(const peer::Session& session, const model::DeviceName& own_device,
                        model::EndReason reason, WallTime ended);

enum class Direction { in, out };

// The `file` record of an item. `self` is the own account.
FileRecord record_of(const peer::Session& session, const peer::ItemOutcome& outcome, Direction direction,
                     const model::UserName& self);

// Progress of one delivery: a bar where stderr is a terminal, records at most twice a second with --json.
class ProgressReport {
  public:
    ProgressReport(Output& output, Direction direction, const base::Clock& clock);
    void update(const peer::Session& session, const peer::Progress& progress);
    // How far it is, as the bar says it, in one line however long.
    std::string line() const;
    // Before a line is printed.
    void clear() { bar_.clear(); }

  private:
    Output& output_;
    Direction direction_;
    const base::Clock& clock_;
    terminal::ProgressBar bar_;
    terminal::Throttle records_;
    terminal::Progress shown_;
    std::optional<Instant> began_;
    std::uint64_t began_at_ = 0;
};

// One delivery's exit code: all fine 0; some 11; none: what they share, else the first's.
class ItemTally {
  public:
    void add(const std::optional<Error>& error);
    bool any() const noexcept { return done_ + failed_ > 0; }
    bool mixed() const noexcept { return done_ > 0 && failed_ > 0; }
    const std::optional<Error>& first_error() const noexcept { return first_; }
    int exit_code() const;

  private:
    std::size_t done_ = 0, failed_ = 0;
    std::optional<Error> first_;
};

}  // namespace p2pc::commands
