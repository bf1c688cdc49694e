#include "base/clock.hpp"

#include <fmt/format.h>
#include <time.h>

namespace p2pc::base {

Instant SystemClock::now() const {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return Instant{std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec}};
}

WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void ManualClock::advance(Duration by) {
    now_ += by.count();
    wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
}

namespace {

std::tm broken_down(WallTime time, std::tm* (*convert)(const time_t*, std::tm*)) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    const time_t t = seconds;
    std::tm parts{};
    convert(&t, &parts);
    return parts;
}

}  // namespace

std::string rfc3339(WallTime time) {
    const std::tm t = broken_down(time, ::gmtime_r);
    const auto since = time.time_since_epoch();
    const auto ms = (since - std::chrono::floor<std::chrono::seconds>(since)).count();
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1,
                       t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms);
}

std::string local_text(WallTime time) {
    const std::tm t = broken_down(time, ::localtime_r);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                       t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace p2pc::base
