// One side of a delivery over several connections, against another that keeps to no order.
#include "scenario/delivery/lanes.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// The receiver alone, with one lane, both played by the test.
struct Played {
    explicit Played(Rig& with) : rig(with), lanes(with) {
        rig.start_receiver();
        REQUIRE(rig.until([&] { return rig.receiver != nullptr; }));
        rig.receiver->add_lane(std::move(lanes.right[0]));
        rig.tasks.spawn("reader", drain(rig.left, control));
    }
    void own(const Bytes& frame) { REQUIRE(rig.left.send(frame)); }
    void lane(const Bytes& frame) { REQUIRE(lanes.left[0]->send(frame)); }
    Errc ended() {
        REQUIRE(rig.until([&] { return rig.received.has_value(); }));
        return *rig.received ? Errc::internal : rig.received->error().code();
    }
    Rig& rig;
    Lanes lanes;
    std::size_t control = 0;
};

const Bytes ten = Bytes(10, std::byte{0x5a});

}  // namespace

TEST_CASE("batches that come in another order are taken in theirs", "[scenario][delivery][lanes]") {
    Rig rig;
    Played played(rig);
    const auto begin = begin_frame(1, 20), first = data_frame(1, 0, ten), second = data_frame(1, 10, ten);
    Bytes content = ten;
    append(content, ten);
    const auto end = item_end_frame(1, content);
    played.lane(mark_frame(2, second.size()));
    played.lane(second);
    played.own(begin);
    played.own(mark_frame(1, first.size()));
    rig.pair.loop.run_for(1s);
    played.own(first);
    Bytes last = end;
    append(last, delivery_end_frame());
    played.own(mark_frame(3, last.size()));
    played.own(last);
    REQUIRE(rig.until([&] { return rig.received.has_value(); }));
    CHECK(*rig.received);
    CHECK(rig.files().at("file") == content);
}

TEST_CASE("whatever else comes on a lane is malformed, and nothing is placed",
          "[scenario][delivery][lanes]") {
    Rig rig;
    Played played(rig);
    const auto data = data_frame(1, 0, ten);
    played.own(begin_frame(1, 10));
    SECTION("data without a batch") {
        played.lane(data);
    }
    SECTION("an item without a batch") {
        played.lane(begin_frame(2, 10, "other"));
    }
    SECTION("a text") {
        played.lane(text_frame("hello"));
    }
    SECTION("batch one") {
        played.lane(mark_frame(1, data.size()));
    }
    SECTION("no number at all") {
        played.lane(mark_frame(0, data.size()));
    }
    SECTION("an empty batch") {
        played.lane(mark_frame(2, 0));
    }
    SECTION("a batch that is there already") {
        played.own(mark_frame(1, data.size()));
        played.own(data);
        played.own(mark_frame(2, 100));
        played.lane(mark_frame(2, 100));
    }
    SECTION("a batch from before") {
        played.own(mark_frame(1, data.size()));
        played.own(data);
        rig.pair.loop.run_for(1s);
        played.lane(mark_frame(1, 100));
    }
    SECTION("a frame beyond its batch") {
        played.own(mark_frame(1, data.size() - 1));
        played.own(data);
    }
    SECTION("numbers, and then data without") {
        played.own(mark_frame(1, data.size()));
        played.own(data);
        played.own(data_frame(1, 10, ten));
    }
    CHECK(played.ended() == Errc::malformed);
    CHECK(rig.files().empty());
}

TEST_CASE("the end of a delivery comes over its own link, and nowhere else", "[scenario][delivery][lanes]") {
    Rig rig;
    Played played(rig);
    Bytes whole = data_frame(1, 0, ten);
    append(whole, item_end_frame(1, ten));
    played.own(begin_frame(1, 10));
    played.own(mark_frame(1, whole.size()));
    played.own(whole);
    played.lane(mark_frame(2, delivery_end_frame().size()));
    played.lane(delivery_end_frame());
    CHECK(played.ended() == Errc::malformed);
}

TEST_CASE("a batch that never comes is a stall, whatever the sender said of its source",
          "[scenario][delivery][lanes]") {
    Rig rig;
    Played played(rig);
    const auto data = data_frame(1, 0, ten);
    rig.left.set_beat_state(GENERATE(wire::BeatState::flowing, wire::BeatState::source_quiet));
    played.own(begin_frame(1, 10));
    rig.pair.loop.run_for(6s);
    played.own(mark_frame(1, data.size()));
    played.own(data);
    played.lane(mark_frame(1000, data.size()));
    played.lane(data);
    SECTION("the first link is read") {}
    SECTION("the first link is ahead, too") {
        played.own(mark_frame(1001, data.size()));
        played.own(data);
    }
    CHECK(played.ended() == Errc::stalled);
    CHECK(rig.files().empty());
}

TEST_CASE("a frame that stands still on one lane is a stall, however much the others beat",
          "[scenario][delivery][lanes]") {
    Rig rig;
    rig.stall = 12s;
    Played played(rig);
    rig.receiver->add_lane(std::move(played.lanes.right[1]));
    rig.left.set_beat_state(wire::BeatState::flowing);
    const auto data = data_frame(1, 0, ten);
    played.own(begin_frame(1, 20));
    played.own(mark_frame(1, data.size()));
    played.own(data);
    played.lane(mark_frame(2, data.size()));
    played.lane(Bytes{data.begin(), data.end() - 1});
    rig.pair.loop.run_for(1s);
    rig.pair.network.cut_one_way("out1", "in1");
    CHECK(played.ended() == Errc::stalled);
    CHECK(rig.files().empty());
}

namespace {

// What a receiver hears that takes everything but what comes over one lane.
struct Lazy {
    explicit Lazy(Rig& with) : rig(with), lanes(with) {
        rig.start_sender();
        REQUIRE(rig.until([&] { return rig.sender != nullptr; }));
        lanes.join_sender();
        PeerMessage yes;
        yes.mutable_offer_answer()->set_delivery(rig.offer.delivery);
        yes.mutable_offer_answer()->set_lanes(further);
        REQUIRE(rig.right.send(wire::frame(yes)));
        rig.tasks.spawn("reader", drain(rig.right, control));
        for (std::size_t n = 1; n < further; ++n)
            rig.tasks.spawn("reader", drain(*lanes.right[n], control));
    }
    Rig& rig;
    Lanes lanes;
    std::size_t control = 0;
};

}  // namespace

TEST_CASE("a receiver that takes nothing from one lane is a stall, however much goes over the others",
          "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    Lazy lazy(rig);
    const Instant began = rig.pair.loop.now();
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(rig.sent->error().code() == Errc::stalled);
    CHECK(rig.pair.loop.now() - began < 35s);
    CHECK(lazy.lanes.right[1]->bytes_in() > 1'000'000);
}

namespace {

// The largest piece of data that comes; calls `halfway` when `after` bytes are here.
asio::awaitable<void> measure(Channel& link, std::size_t after, std::function<void()> halfway,
                              std::size_t& before, std::size_t& behind) {
    std::size_t came = 0;
    for (;;) {
        auto frame = co_await link.read(never);
        if (!frame) co_return;
        if (frame->type() != wire::FrameType::data) continue;
        Bytes bytes(frame->data_size());
        auto read = co_await link.read_data(bytes, never);
        if (!read) co_return;
        auto& largest = came < after ? before : behind;
        largest = std::max(largest, bytes.size());
        const bool passes = came < after && came + bytes.size() >= after;
        came += bytes.size();
        if (passes) halfway();
    }
}

}  // namespace

TEST_CASE("batches are small while lanes are expected, and large when none came",
          "[scenario][delivery][lanes]") {
    Rig rig(large_and_small());
    rig.offer.lanes = further;
    rig.start_sender();
    REQUIRE(rig.until([&] { return rig.sender != nullptr; }));
    bool takes_some = true;
    SECTION("from a receiver that takes some") {}
    SECTION("from one that takes none") {
        takes_some = false;
    }
    PeerMessage yes;
    yes.mutable_offer_answer()->set_delivery(rig.offer.delivery);
    yes.mutable_offer_answer()->set_lanes(takes_some ? further : 0);
    REQUIRE(rig.right.send(wire::frame(yes)));
    std::size_t before = 0, behind = 0;
    const auto none_came = [&] {
        for (std::size_t n = 0; n < further; ++n)
            rig.sender->expect_fewer_lanes();
    };
    rig.tasks.spawn("reader", measure(rig.right, 2'000'000, none_came, before, behind));
    // It settles nothing.
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK((before < 32 * 1024) == takes_some);
    CHECK(behind == 256 * 1024);
}
