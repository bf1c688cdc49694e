#include "directory/block_rule.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::directory;
using namespace std::chrono_literals;

namespace {

constexpr BlockRules timed, permanent{.lockout = Lockout::permanent};

// Three wrong attempts, each allowed.
void fail_thrice(AttemptRecord& row, const BlockRules& rules = timed) {
    for (int i = 0; i < 3; ++i)
        REQUIRE(begin_attempt(row, rules));
}

}  // namespace

TEST_CASE("two failures block nothing, the third blocks for 15 minutes before it is evaluated",
          "[directory][block_rule]") {
    AttemptRecord row;
    REQUIRE(begin_attempt(row, timed));
    REQUIRE(begin_attempt(row, timed));
    CHECK(!blocked(row));
    REQUIRE(begin_attempt(row, timed));
    CHECK(row.block_left == 15min);
    CHECK(row.notices == 3);
    const AttemptRecord before = row;
    const auto fourth = begin_attempt(row, timed);
    REQUIRE(!fourth);
    CHECK(fourth.error().code() == Errc::blocked);
    CHECK(row == before);
}

TEST_CASE("a block ends when its time has passed and not a millisecond before", "[directory][block_rule]") {
    AttemptRecord row;
    fail_thrice(row);
    elapse(row, 15min - 1ms);
    CHECK(blocked(row));
    elapse(row, -1h);
    CHECK(row.block_left == 1ms);
    elapse(row, 1ms);
    CHECK(!blocked(row));
    elapse(row, 1h);
    CHECK(row.block_left == 0ms);
}

TEST_CASE("each further three double the block, to a day at most", "[directory][block_rule]") {
    AttemptRecord row;
    for (const milliseconds expected :
         {milliseconds{15min}, milliseconds{30min}, milliseconds{1h}, milliseconds{2h}, milliseconds{4h},
          milliseconds{8h}, milliseconds{16h}, milliseconds{24h}, milliseconds{24h}}) {
        fail_thrice(row);
        CHECK(row.block_left == expected);
        elapse(row, expected);
    }
    CHECK(block_of(UINT32_MAX, timed) == 24h);
}

TEST_CASE("the right password forgets failures and doubling, but not what the owner has yet to hear",
          "[directory][block_rule]") {
    AttemptRecord row;
    fail_thrice(row);
    elapse(row, 15min);
    REQUIRE(begin_attempt(row, timed));
    forgive(row);
    CHECK(row.failures == 0);
    CHECK(row.level == 0);
    CHECK(row.notices == 3);
    fail_thrice(row);
    CHECK(row.block_left == 15min);
}

TEST_CASE("a window lifts the block, keeps the doubling, and opens five times a day",
          "[directory][block_rule]") {
    AttemptRecord row;
    REQUIRE(open_window(row, 100, timed));
    CHECK(row.windows_used == 0);  // nothing to lift
    for (int i = 1; i <= 5; ++i) {
        fail_thrice(row);
        REQUIRE(open_window(row, 100, timed));
        CHECK(!blocked(row));
        CHECK(row.level == static_cast<std::uint32_t>(i));
    }
    fail_thrice(row);
    CHECK(row.block_left == 8h);
    CHECK(open_window(row, 100, timed).error().code() == Errc::busy);
    CHECK(open_window(row, 99, timed).error().code() == Errc::busy);  // a clock set back
    CHECK(open_window(row, 101, timed));
    CHECK(row.windows_used == 1);
}

TEST_CASE("how many failures block, for how long, and how many windows there are is as it was set",
          "[directory][block_rule]") {
    const BlockRules rules{.failures = 1, .first = 1min, .longest = 3min, .windows_a_day = 1};
    AttemptRecord row;
    for (const milliseconds expected : {milliseconds{1min}, milliseconds{2min}, milliseconds{3min}}) {
        REQUIRE(begin_attempt(row, rules));
        CHECK(row.block_left == expected);
        elapse(row, expected);
    }
    REQUIRE(begin_attempt(row, rules));
    REQUIRE(open_window(row, 100, rules));
    REQUIRE(begin_attempt(row, rules));
    CHECK(open_window(row, 100, rules).error().code() == Errc::busy);
}

TEST_CASE("a permanent block never elapses, and a window lifts it", "[directory][block_rule]") {
    AttemptRecord row;
    fail_thrice(row, permanent);
    elapse(row, milliseconds{10 * 365 * 24h});
    CHECK(row.block_left == for_ever);
    CHECK(open_window(row, 1, timed));
    CHECK(begin_attempt(row, permanent));
}

TEST_CASE("what is counted for the owner, and how often a block has doubled, ends at its highest number",
          "[directory][block_rule]") {
    AttemptRecord row;
    row.notices = row.level = UINT32_MAX;
    fail_thrice(row);
    CHECK(row.notices == UINT32_MAX);
    CHECK(row.level == UINT32_MAX);
    CHECK(row.block_left == 24h);
}

TEST_CASE("a login nobody had counted before leaves nothing to tell", "[directory][block_rule]") {
    AttemptRecord row;
    forgive(row);
    CHECK(row.notices == 0);
    fail_thrice(row);
    lift(row);
    CHECK(row.notices == 3);  // the owner hears of what an operator lifted
    CHECK(row.level == 0);
    CHECK_FALSE(blocked(row));
}

TEST_CASE("a row is blank when there is nothing in it that counts", "[directory][block_rule]") {
    AttemptRecord row;
    row.real = true;
    row.window_day = 7;
    CHECK(blank(row));
    AttemptRecord failed = row, doubled = row, running = row, opened = row, untold = row;
    failed.failures = 1;
    doubled.level = 1;
    running.block_left = 1ms;
    opened.windows_used = 1;
    untold.notices = 1;
    for (const auto& counts : {failed, doubled, running, opened, untold})
        CHECK_FALSE(blank(counts));
}
