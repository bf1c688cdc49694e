#include "directory/attempt_table.hpp"

#include <catch2/catch.hpp>

#include "crypto/random.hpp"

using namespace p2pc;
using namespace p2pc::directory;
using namespace std::chrono_literals;

namespace {

model::UserName name(const std::string& text) {
    return *model::UserName::parse(text);
}

struct Table {
    explicit Table(std::size_t capacity, Lockout lockout = Lockout::timed)
        : table(random.secret<32>(), {.lockout = lockout}, capacity) {}
    void block(const std::string& user) {
        for (int i = 0; i < 3; ++i)
            REQUIRE(table.begin(name(user), now, wall));
    }
    crypto::SeededRandom random{3};
    AttemptTable table;
    Instant now{1h};
    WallTime wall{1'700'000'000'000ms};
};

}  // namespace

TEST_CASE("names are kept by a keyed hash: another server's table has other keys",
          "[directory][attempt_table]") {
    crypto::SeededRandom random{3};
    AttemptTable one(random.secret<32>(), {}, 10), other(random.secret<32>(), {}, 10);
    CHECK(one.key_of(name("alice")) == one.key_of(name("alice")));
    CHECK(one.key_of(name("alice")) != one.key_of(name("bob")));
    CHECK(one.key_of(name("alice")) != other.key_of(name("alice")));
}

TEST_CASE("a block counts down with the clock it is asked by", "[directory][attempt_table]") {
    Table t(10);
    t.block("alice");
    CHECK(t.table.begin(name("alice"), t.now, t.wall).error().code() == Errc::blocked);
    CHECK(t.table.block_left(name("alice"), t.now + 10min) == 5min);
    CHECK(t.table.begin(name("alice"), t.now + 15min, t.wall));
    CHECK(t.table.block_left(name("bob"), t.now) == 0ms);
}

TEST_CASE("full of invented names, the table forgets the one touched longest ago and never a real block",
          "[directory][attempt_table]") {
    Table t(3);
    t.block("alice");
    t.table.mark_real(name("alice"));
    REQUIRE(t.table.begin(name("ghost-1"), t.now, t.wall));
    REQUIRE(t.table.begin(name("ghost-2"), t.now, t.wall));
    REQUIRE(t.table.begin(name("ghost-1"), t.now, t.wall));
    REQUIRE(t.table.begin(name("ghost-3"), t.now, t.wall));
    const auto evicted = t.table.take_evicted();
    REQUIRE(evicted.size() == 1);
    CHECK(evicted.front() == t.table.key_of(name("ghost-2")));
    for (int i = 0; i < 100; ++i)
        REQUIRE(t.table.begin(name("flood-" + std::to_string(i)), t.now, t.wall));
    CHECK(t.table.size() == 3);
    CHECK(t.table.begin(name("alice"), t.now, t.wall).error().code() == Errc::blocked);
}

TEST_CASE("a table full of real blocks lets nobody in rather than forget one", "[directory][attempt_table]") {
    Table t(2);
    for (const auto* user : {"alice", "bob"}) {
        t.block(user);
        t.table.mark_real(name(user));
    }
    CHECK(t.table.begin(name("carol"), t.now, t.wall).error().code() == Errc::busy);
    // Where a block has run out there is room.
    CHECK(t.table.begin(name("carol"), t.now + 15min, t.wall));
}

TEST_CASE("the rows to be saved are those whose block runs, and each once more when it has run out",
          "[directory][attempt_table]") {
    Table t(10);
    t.block("alice");
    REQUIRE(t.table.begin(name("bob"), t.now, t.wall));
    const auto running = t.table.running_blocks(t.now + 1min);
    REQUIRE(running.size() == 1);
    CHECK(running.front().block_left == 14min);
    const auto ended = t.table.running_blocks(t.now + 15min);
    REQUIRE(ended.size() == 1);
    CHECK(ended.front().block_left == 0ms);
    CHECK(t.table.running_blocks(t.now + 16min).empty());
}

TEST_CASE("loaded rows go on where they stood, whatever the time is now", "[directory][attempt_table]") {
    Table before(10);
    before.block("alice");
    const auto rows = before.table.running_blocks(before.now + 5min);
    Table after(10);
    after.table.load(rows, Instant{});
    CHECK(after.table.block_left(name("alice"), Instant{}) == 10min);
    Table permanent(10, Lockout::permanent);
    permanent.table.load(rows, Instant{});
    CHECK(permanent.table.block_left(name("alice"), Instant{24h}) == for_ever);
}

TEST_CASE("a forgiven name leaves no row unless there is something to tell", "[directory][attempt_table]") {
    Table t(10);
    REQUIRE(t.table.begin(name("alice"), t.now, t.wall));
    CHECK(blank(t.table.forgive(name("alice"), t.now)));
    CHECK(t.table.size() == 0);
    REQUIRE(t.table.begin(name("alice"), t.now, t.wall));
    REQUIRE(t.table.begin(name("alice"), t.now, t.wall));
    CHECK(t.table.forgive(name("alice"), t.now).notices == 1);
    CHECK(t.table.take_notices(name("alice")).count == 1);
    CHECK(t.table.take_notices(name("alice")).count == 0);
}

TEST_CASE("the owner hears when the last failure was, and not of a login that was right",
          "[directory][attempt_table]") {
    Table t(10);
    const auto failed_at = t.wall;
    REQUIRE(t.table.begin(name("alice"), t.now, failed_at));
    REQUIRE(t.table.begin(name("alice"), t.now, failed_at + 5s));
    SECTION("told to a device that logs in with its key") {
        CHECK(t.table.take_notices(name("alice")).last == failed_at + 5s);
    }
    SECTION("told to the one whose password was right in the end") {
        REQUIRE(t.table.begin(name("alice"), t.now, failed_at + 1h));
        CHECK(t.table.forgive(name("alice"), t.now).last_failed == failed_at + 5s);
        CHECK(t.table.take_notices(name("alice")).last == failed_at + 5s);
    }
    CHECK(t.table.take_notices(name("alice")).last == WallTime{});
    CHECK(t.table.row(name("alice"), t.now).last_failed == WallTime{});
}

TEST_CASE("a permanent block that was loaded runs as long as its level says once blocks are timed again",
          "[directory][attempt_table]") {
    Table before(10, Lockout::permanent);
    before.block("alice");
    REQUIRE(before.table.begin(name("bob"), before.now, before.wall));
    auto rows = before.table.running_blocks(before.now);
    REQUIRE(rows.size() == 1);
    rows.push_back(before.table.row(name("bob"), before.now));
    Table timed(10);
    timed.table.load(rows, Instant{});
    CHECK(timed.table.block_left(name("alice"), Instant{}) == 15min);
    CHECK(timed.table.row(name("bob"), Instant{}).failures == 1);
    Table permanent(10, Lockout::permanent);
    permanent.table.load(rows, Instant{});
    CHECK(permanent.table.block_left(name("alice"), Instant{}) == for_ever);
    CHECK(permanent.table.block_left(name("bob"), Instant{}) == 0ms);
}

TEST_CASE("of more rows than there is room for those are loaded that come last, but no block is lost",
          "[directory][attempt_table]") {
    Table before(10);
    std::vector<AttemptRecord> rows;
    for (const auto* user : {"alice", "bob", "carol"}) {
        before.block(user);
        before.table.mark_real(name(user));
        rows.push_back(before.table.row(name(user), before.now));
    }
    Table after(2);
    after.table.load(rows, Instant{});
    CHECK(after.table.size() == 2);
    CHECK(after.table.lockouts(Instant{}) == 2);
    CHECK(after.table.block_left(name("carol"), Instant{}) == 0ms);  // there was no room
    CHECK(after.table.take_evicted().empty());
    rows.front().real = false;
    Table invented(2);
    invented.table.load(rows, Instant{});
    CHECK(invented.table.block_left(name("alice"), Instant{}) == 0ms);
    CHECK(invented.table.block_left(name("carol"), Instant{}) == 15min);
    CHECK(invented.table.take_evicted().size() == 1);
    CHECK(invented.table.take_evicted().empty());
}

TEST_CASE("a name that becomes real is one, told so often as may be, and none that has no row",
          "[directory][attempt_table]") {
    Table t(2);
    t.table.mark_real(name("nobody"));
    CHECK(t.table.size() == 0);
    REQUIRE(t.table.begin(name("alice"), t.now, t.wall));
    t.table.mark_real(name("alice"));
    t.table.mark_real(name("alice"));
    CHECK(t.table.row(name("alice"), t.now).real);
    // Of real names that block nothing the one touched longest ago has to go.
    REQUIRE(t.table.begin(name("bob"), t.now, t.wall));
    t.table.mark_real(name("bob"));
    REQUIRE(t.table.begin(name("alice"), t.now, t.wall));
    REQUIRE(t.table.begin(name("carol"), t.now, t.wall));
    CHECK(t.table.row(name("alice"), t.now).failures == 2);
    CHECK(t.table.row(name("bob"), t.now).failures == 0);
}

TEST_CASE("the operator lifts a block, and there may be none to lift", "[directory][attempt_table]") {
    Table t(10);
    CHECK(t.table.lift(name("alice"), t.now).key == t.table.key_of(name("alice")));
    CHECK(t.table.size() == 0);
    t.block("alice");
    CHECK(t.table.lockouts(t.now) == 1);
    CHECK(t.table.lockouts(t.now + 15min) == 0);
    t.block("bob");
    const auto lifted = t.table.lift(name("bob"), t.now);
    CHECK(lifted.block_left == 0ms);
    CHECK(lifted.notices == 3);
    CHECK(t.table.begin(name("bob"), t.now, t.wall));
}

TEST_CASE("an account that is removed is forgotten with its block, and nobody else",
          "[directory][attempt_table]") {
    Table t(10);
    t.block("alice");
    t.block("bob");
    t.table.forget(name("alice"));
    t.table.forget(name("carol"));
    CHECK(t.table.size() == 1);
    CHECK(t.table.block_left(name("alice"), t.now) == 0ms);
    CHECK(t.table.block_left(name("bob"), t.now) == 15min);
}

TEST_CASE("a window is opened in the row of the name, as often as the rules say",
          "[directory][attempt_table]") {
    Table t(10);
    const auto none = t.table.open_window(name("alice"), 100, t.now);
    REQUIRE(none);
    CHECK(none->key == t.table.key_of(name("alice")));
    CHECK(t.table.size() == 0);
    for (std::uint32_t used = 1; used <= 5; ++used) {
        t.block("alice");
        const auto opened = t.table.open_window(name("alice"), 100, t.now);
        REQUIRE(opened);
        CHECK(opened->windows_used == used);
    }
    t.block("alice");
    CHECK(t.table.open_window(name("alice"), 100, t.now).error().code() == Errc::busy);
    CHECK(t.table.row(name("alice"), t.now).level == 6);
}

TEST_CASE("who never failed has nothing to be told, and no row", "[directory][attempt_table]") {
    Table t(10);
    CHECK(t.table.take_notices(name("alice")).count == 0);
    CHECK(t.table.row(name("alice"), t.now).key == t.table.key_of(name("alice")));
    CHECK(t.table.size() == 0);
}
