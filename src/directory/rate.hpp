// How much a client or a source may do in a time. Values and pure functions: the caller brings the time.
#pragma once

#include <deque>
#include <map>
#include <p2pc/base/time.hpp>
#include <string>

namespace p2pc::directory {

// `rate` a second in the long run, `burst` at once.
class TokenBucket {
  public:
    // REQUIRES: both at least 1
    TokenBucket(std::uint32_t rate, std::uint32_t burst);
    bool take(Instant now);
    // From when take() succeeds again, as a span.
    Duration wait(Instant now) const;

  private:
    Duration interval_;
    Duration tolerance_;
    Instant next_{};  // when the bucket would be full less one, had everybody kept the rate
};

// Accounts made from one source within an hour. Only an account that was made counts; tries under way
// count by their names, so that a hundred tries for one name take one place.
class RegistrationLimit {
  public:
    explicit RegistrationLimit(std::uint32_t an_hour) : an_hour_(an_hour) {}
    // Each true is followed by one end().
    bool begin(const std::string& source, const std::string& name, Instant now);
    enum class Outcome { made, not_made };
    void end(const std::string& source, const std::string& name, Outcome outcome, Instant now);
    std::size_t sources() const noexcept { return sources_.size(); }

  private:
    struct Source {
        std::deque<Instant> made;
        std::map<std::string, std::size_t> trying;
    };
    void forget_old(Instant now);

    std::uint32_t an_hour_;
    std::map<std::string, Source> sources_;
    Instant swept_{};
};

// What failed logins cost their source: each reply waits longer than the last.
struct FailureCosts {
    Duration first = std::chrono::milliseconds{250};
    Duration longest = std::chrono::seconds{5};
    Duration memory = std::chrono::minutes{10};  // without a failure, then forgotten
    std::size_t sources = 16'384;
};

class FailureDelays {
  public:
    explicit FailureDelays(FailureCosts costs) : costs_(costs) {}
    // Counts one failure and tells how long its reply is to wait.
    Duration failed(const std::string& source, Instant now);
    std::size_t size() const noexcept { return sources_.size(); }

  private:
    struct Entry {
        std::uint32_t failures = 0;
        Instant last;
    };
    void make_room(Instant now);

    FailureCosts costs_;
    std::map<std::string, Entry> sources_;
};

}  // namespace p2pc::directory
