#include "base/clock.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::base;
using namespace std::chrono_literals;

TEST_CASE("records show UTC with milliseconds, also before 1970", "[base][clock]") {
    CHECK(rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(WallTime{1ms}) == "1970-01-01T00:00:00.001Z");
    CHECK(rfc3339(WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
    CHECK(rfc3339(WallTime{1'767'323'045'678ms}) == "2026-01-02T03:04:05.678Z");
    CHECK(rfc3339(WallTime{951'782'400'000ms}) == "2000-02-29T00:00:00.000Z");
    CHECK(rfc3339(WallTime{253'402'300'799'999ms}) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("screens show seconds of local time", "[base][clock]") {
    const std::string text = local_text(WallTime{1'767'323'045'678ms});
    REQUIRE(text.size() == 19);
    CHECK(text.substr(14) == "04:05");
}

TEST_CASE("a manual clock stands still until it is moved, and both its times move together",
          "[base][clock]") {
    ManualClock clock;
    const auto now = clock.now();
    const auto wall = clock.wall();
    CHECK(clock.now() == now);
    clock.advance(1500ms);
    CHECK(clock.now() - now == 1500ms);
    CHECK(clock.wall() - wall == 1500ms);
    clock.set_wall(WallTime{});
    CHECK(clock.wall() == WallTime{});
    CHECK(clock.now() - now == 1500ms);
}

TEST_CASE("the system's monotonic clock does not go back", "[base][clock]") {
    const SystemClock clock;
    const auto first = clock.now();
    CHECK(clock.now() >= first);
}
