// Whose turn it is among the lanes of a delivery, whatever the other side says.
#include "peer/lane_order.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using peer::LaneOrder;

namespace {

wire::pb::Batch batch(std::uint64_t number, std::uint32_t size = 10) {
    wire::pb::Batch made;
    made.set_number(number);
    made.set_size(size);
    return made;
}

// Batch 1 was announced on the first link, and 2 and 3 on two others.
LaneOrder begun() {
    LaneOrder order;
    REQUIRE(order.mark(0, batch(1)));
    REQUIRE(order.mark(1, batch(2)));
    REQUIRE(order.mark(2, batch(3)));
    return order;
}

}  // namespace

TEST_CASE("without a mark the first link has its turn always, and no other ever", "[peer][lane_order]") {
    LaneOrder order;
    CHECK_FALSE(order.numbered());
    CHECK_FALSE(order.needs_mark(0));
    CHECK(order.has_turn(0));
    CHECK(order.needs_mark(1));
    REQUIRE(order.mark(1, batch(2)));
    CHECK_FALSE(order.has_turn(1));
    CHECK(order.has_turn(0));
}

TEST_CASE("batches are taken in the order of their numbers, whichever lane they are on",
          "[peer][lane_order]") {
    LaneOrder order = begun();
    REQUIRE(order.mark(3, batch(5)));
    CHECK(order.has_turn(0));
    CHECK_FALSE(order.has_turn(1));
    CHECK_FALSE(order.take(0, 4));
    CHECK(order.has_turn(0));
    CHECK(order.take(0, 6));
    CHECK(order.needs_mark(0));
    CHECK_FALSE(order.has_turn(0));
    CHECK(order.has_turn(1));
    CHECK(order.take(1, 10));
    CHECK(order.take(2, 10));
    // Four is nowhere yet: nobody goes on.
    for (std::size_t lane = 0; lane < 4; ++lane)
        CHECK_FALSE(order.has_turn(lane));
    REQUIRE(order.mark(0, batch(4)));
    CHECK(order.take(0, 10));
    CHECK(order.has_turn(3));
}

TEST_CASE("a frame is within its batch to the last byte, and not one beyond", "[peer][lane_order]") {
    LaneOrder order = begun();
    CHECK(order.fits(0, 10));
    CHECK_FALSE(order.fits(0, 11));
    CHECK_FALSE(order.take(0, 9));
    CHECK(order.fits(0, 1));
    CHECK_FALSE(order.fits(0, 2));
}

TEST_CASE("numbers begin with one on the first link, and nowhere else", "[peer][lane_order]") {
    LaneOrder order;
    CHECK(order.mark(0, batch(2)).error().code() == Errc::malformed);
    CHECK(order.mark(1, batch(1)).error().code() == Errc::malformed);
    CHECK(order.mark(0, batch(0)).error().code() == Errc::malformed);
    CHECK(order.mark(1, batch(0)).error().code() == Errc::malformed);
    CHECK(order.mark(0, batch(1, 0)).error().code() == Errc::malformed);
    CHECK_FALSE(order.numbered());
    CHECK(order.mark(0, batch(1)));
    CHECK(order.numbered());
}

TEST_CASE("a number that was there, or is on another lane, is refused", "[peer][lane_order]") {
    LaneOrder order = begun();
    CHECK(order.take(0, 10));
    CHECK(order.take(1, 10));
    const auto number = GENERATE(1u, 2u, 3u);
    CHECK(order.mark(0, batch(number)).error().code() == Errc::malformed);
    CHECK(order.mark(4, batch(number)).error().code() == Errc::malformed);
    CHECK(order.mark(4, batch(5, 0)).error().code() == Errc::malformed);
}

TEST_CASE("a number far ahead waits for those before it", "[peer][lane_order]") {
    LaneOrder order = begun();
    REQUIRE(order.mark(15, batch(~std::uint64_t{0})));
    CHECK(order.take(0, 10));
    CHECK(order.take(1, 10));
    CHECK(order.take(2, 10));
    CHECK_FALSE(order.has_turn(15));
}

TEST_CASE("a batch is owed when one behind it was announced", "[peer][lane_order]") {
    LaneOrder order;
    CHECK_FALSE(order.is_ahead());
    REQUIRE(order.mark(0, batch(1)));
    CHECK_FALSE(order.is_ahead());
    REQUIRE(order.mark(1, batch(3)));
    CHECK(order.is_ahead());
    CHECK(order.take(0, 10));
    CHECK(order.is_ahead());
    REQUIRE(order.mark(0, batch(2)));
    CHECK(order.take(0, 10));
    CHECK_FALSE(order.is_ahead());
}
