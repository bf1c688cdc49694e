// A delivery over several connections: whole and in order whatever their speed, and over when one of them is.
#include "scenario/delivery/lanes.hpp"

using namespace p2pc;
using namespace p2pc::testing;

TEST_CASE("a delivery over four connections arrives whole, and uses them all",
          "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    Lanes lanes(rig);
    REQUIRE(run(rig, lanes));
    require_whole(rig);
    for (const auto* lane : lanes.at_receiver)
        CHECK(lane->bytes_in() > 100'000);
    CHECK(rig.right.bytes_in() > 100'000);
}

TEST_CASE("lanes of very different speeds neither block each other for good nor fill memory",
          "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    Lanes lanes(rig);
    // One lane moves no more than its 64 KiB every three seconds.
    rig.pair.network.cut_one_way("out1", "in1");
    std::uint64_t most_ahead = 0;
    for (bool over = false; !over;) {
        const Instant next = rig.pair.loop.now() + 3s;
        REQUIRE(run(rig, lanes, [&] {
            most_ahead = std::max(most_ahead, lanes.came_in() - rig.at_receiver.last.done);
            return rig.pair.loop.now() >= next;
        }));
        over = rig.over();
        rig.pair.network.mend("out1", "in1");
        rig.pair.network.cut_one_way("out1", "in1");
    }
    require_whole(rig);
    // Of each lane a frame or two; and what is on its way to the disk.
    CHECK(most_ahead < 2 * 1024 * 1024);
    CHECK(rig.pair.loop.now().time_since_epoch() > 30s);
}

TEST_CASE("a lane that is lost ends the delivery as a lost link does, and what came is kept",
          "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    Lanes lanes(rig);
    REQUIRE(run(rig, lanes, [&] { return rig.at_receiver.last.done > megabytes * 1024 * 1024 / 3; }));
    REQUIRE_FALSE(rig.over());
    rig.pair.network.reset("out2", "in2");
    REQUIRE(run(rig, lanes));
    CHECK(rig.sent->error().code() == Errc::interrupted);
    CHECK(rig.received->error().code() == Errc::interrupted);
    rig.incoming.reset();
    CHECK(rig.files().empty());
    CHECK(rig.at_sender.delivered("large") == 0);
    CHECK_FALSE(std::filesystem::is_empty(rig.folder.path() / ".p2pc-partial"));
}

TEST_CASE(
    "what came over lanes before one of them or the first link was lost is there when it is tried again",
    "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    Lanes lanes(rig);
    REQUIRE(run(rig, lanes, [&] { return rig.at_receiver.last.done > megabytes * 1024 * 1024 / 2; }));
    SECTION("a lane") {
        rig.pair.network.reset("out2", "in2");
    }
    SECTION("the first link") {
        rig.pair.network.reset("opener", "acceptor");
    }
    REQUIRE(run(rig, lanes));
    REQUIRE_FALSE(*rig.sent);
    rig.incoming.reset();
    Rig again(large_and_small());
    Lanes others(again);
    again.resume = true;
    again.incoming = std::make_unique<transfer::Incoming>(output_to(rig.folder.path(), again.disk),
                                                          transfer::ReceivePolicy{});
    REQUIRE(run(again, others));
    INFO((*again.sent ? "" : describe(again.sent->error())));
    REQUIRE(*again.sent);
    REQUIRE(*again.received);
    require_files(rig, rig.items);
    CHECK(others.came_in() < (megabytes * 1024 * 1024) * 2 / 3);
}

TEST_CASE("no more connections are used than the receiver takes", "[scenario][delivery][lanes]") {
    const auto taken = GENERATE(0u, 1u, 2u);
    Rig rig(large_and_small());
    Lanes lanes(rig);
    rig.lanes_taken = taken;
    REQUIRE(run(rig, lanes));
    require_whole(rig);
    CHECK(lanes.met == taken);
    const auto at_sender = rig.sender->take_lanes();
    REQUIRE(at_sender.size() == further);
    for (std::size_t n = 0; n < further; ++n)
        CHECK((at_sender[n]->bytes_out() > 100'000) == (n < taken));
}

TEST_CASE("a lane says what it is for before there is anything to send", "[scenario][delivery][lanes]") {
    Rig rig;
    Lanes lanes(rig);
    REQUIRE(run(rig, lanes));
    require_whole(rig);
    CHECK(lanes.met == further);
}

TEST_CASE("of a thousand lanes a receiver keeps thirty-one", "[scenario][delivery][lanes]") {
    Rig rig;
    rig.start_receiver();
    REQUIRE(rig.until([&] { return rig.receiver != nullptr; }));
    Lanes lanes(rig);
    for (std::size_t n = further + 1; n <= 1000; ++n)
        lanes.add(std::to_string(n));
    for (auto& lane : lanes.right)
        rig.receiver->add_lane(std::move(lane));
    CHECK(rig.receiver->take_lanes().size() == peer::LaneOrder::most_lanes - 1);
}
