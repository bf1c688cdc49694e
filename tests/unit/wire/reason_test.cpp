#include "wire/reason.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;

TEST_CASE("the reason a session ended is the same on both sides of the wire", "[wire][reason]") {
    using model::EndReason;
    const std::pair<EndReason, wire::pb::EndReason> pairs[] = {{EndReason::closed, wire::pb::END_CLOSED},
                                                               {EndReason::lost, wire::pb::END_LOST},
                                                               {EndReason::expired, wire::pb::END_EXPIRED},
                                                               {EndReason::refused, wire::pb::END_REFUSED}};
    for (const auto& [ours, theirs] : pairs) {
        CHECK(wire::to_wire(ours) == theirs);
        CHECK(wire::from_wire(theirs) == ours);
    }
}

TEST_CASE("no reason, and one that a later version added, is none of ours", "[wire][reason]") {
    CHECK_FALSE(wire::from_wire(wire::pb::END_NONE));
    CHECK(wire::to_wire(static_cast<model::EndReason>(77)) == wire::pb::END_NONE);
    CHECK_FALSE(wire::from_wire(static_cast<wire::pb::EndReason>(77)));
}
