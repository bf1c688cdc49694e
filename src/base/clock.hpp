// Clock: the two times of this machine, as a parameter of whatever uses time, so that tests run in
// virtual time. Safe from any thread.
#pragma once

#include <atomic>
#include <p2pc/base/time.hpp>
#include <string>

namespace p2pc::base {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
  public:
    Instant now() const override;
    WallTime wall() const override;
};

// Stands still until it is told to move. Both times advance together unless the wall clock is set.
class ManualClock final : public Clock {
  public:
    Instant now() const override { return Instant{Duration{now_.load()}}; }
    WallTime wall() const override { return WallTime{std::chrono::milliseconds{wall_.load()}}; }
    void advance(Duration by);
    void set_wall(WallTime to) { wall_ = to.time_since_epoch().count(); }

  private:
    std::atomic<std::int64_t> now_{1'000'000'000};
    std::atomic<std::int64_t> wall_{1'700'000'000'000};
};

// RFC 3339 UTC with milliseconds: "2026-01-02T03:04:05.678Z".
std::string rfc3339(WallTime time);
// Local time for screens: "2026-01-02 03:04:05".
std::string local_text(WallTime time);

}  // namespace p2pc::base
