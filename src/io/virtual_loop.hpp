// VirtualLoop: a Loop in virtual time, for tests. It never waits: when nothing is ready, the clock jumps
// to the next timer. Work of other threads is not waited for (use a Pool of 0 threads).
#pragma once

#include "io/loop.hpp"

namespace p2pc::io {

class VirtualLoop final : public Loop {
  public:
    explicit VirtualLoop(base::ManualClock& clock) : Loop(clock, Time::given), manual_(clock) {}

    // Runs until `done()`, asked after every handler. False when the clock would pass `limit` (it then
    // stands there) or when nothing is left that could ever happen.
    bool run_until(const std::function<bool()>& done, Instant limit = never);
    // Runs all that happens up to and at `time`; the clock then stands at `time`.
    void run_until(Instant time);
    void run_for(Duration span) { run_until(now() + span); }

  private:
    void advance_to(Instant time);

    base::ManualClock& manual_;
};

}  // namespace p2pc::io
