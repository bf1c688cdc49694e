// Frames a peer may send that break the delivery's order: nothing final comes of them, and they end the link.
#include "scenario/delivery/raw.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

const Bytes ten = Bytes(10, std::byte{0x5a});

// Plays a sender that says just this, and tells what the receiver made of it.
Status received_from(Rig& rig, const std::vector<Bytes>& frames) {
    rig.start_receiver();
    std::size_t control = 0;
    rig.tasks.spawn("reader", drain(rig.left, control));
    for (const auto& frame : frames)
        REQUIRE(rig.left.send(frame));
    REQUIRE(rig.until([&] { return rig.received.has_value(); }, 10s));
    return *rig.received;
}

Item item_of(std::size_t size) {
    Item item;
    item.name = "file";
    item.content = Bytes(size, std::byte{7});
    return item;
}

// Plays a receiver that says just this, after the offer.
Status sent_to(Rig& rig, const std::vector<Bytes>& frames) {
    rig.start_sender();
    std::size_t control = 0;
    rig.tasks.spawn("reader", drain(rig.right, control));
    REQUIRE(rig.until([&] { return control == 1; }));
    for (const auto& frame : frames)
        REQUIRE(rig.right.send(frame));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }, 5min));
    return *rig.sent;
}

}  // namespace

TEST_CASE("a sender that breaks the order of a delivery is cut off, and nothing final is left",
          "[scenario][delivery][hostile]") {
    const BytesView view = ten;
    const std::pair<const char*, std::vector<Bytes>> rows[] = {
        {"data before an item", {data_frame(1, 0, ten)}},
        {"data past the end", {begin_frame(1, 10), data_frame(1, 0, Bytes(11))}},
        {"data past the end, in two",
         {begin_frame(1, 10), data_frame(1, 0, ten), data_frame(1, 10, view.first(1))}},
        {"data twice", {begin_frame(1, 20), data_frame(1, 0, ten), data_frame(1, 0, ten)}},
        {"data that overlaps", {begin_frame(1, 20), data_frame(1, 0, ten), data_frame(1, 9, ten)}},
        {"data with a gap", {begin_frame(1, 20), data_frame(1, 0, view.first(5)), data_frame(1, 6, ten)}},
        {"data at 2^64-1", {begin_frame(1, 20), data_frame(1, UINT64_MAX, ten)}},
        {"data of another item", {begin_frame(1, 10), data_frame(2, 0, ten)}},
        {"data after the item's end",
         {begin_frame(1, 10), data_frame(1, 0, ten), item_end_frame(1, ten), data_frame(1, 10, ten)}},
        {"an end without a beginning", {item_end_frame(1, ten)}},
        {"the end of another item", {begin_frame(1, 10), data_frame(1, 0, ten), item_end_frame(2, ten)}},
        {"an item within an item", {begin_frame(1, 10), begin_frame(2, 10)}},
        {"an item's number again",
         {begin_frame(1, 10), data_frame(1, 0, ten), item_end_frame(1, 10, "xxh3-1m:00"),
          begin_frame(1, 10)}},
        {"an item numbered downwards", {begin_frame(5, 0), item_end_frame(5, 1, ""), begin_frame(4, 0)}},
        {"an item numbered 0", {begin_frame(0, 10)}},
        {"an item of another delivery", {begin_frame(1, 10, "file", 2)}},
        {"an item without a kind",
         {wire::frame([] {
              PeerMessage message;
              message.mutable_item_begin()->set_delivery(1);
              message.mutable_item_begin()->set_item(1);
              message.mutable_item_begin()->set_name("x");
              return message;
          }()),
          begin_frame(2, 1), delivery_end_frame()}},
        {"the end of another delivery", {delivery_end_frame(2)}},
        {"the delivery's end within an item", {begin_frame(1, 10), delivery_end_frame()}},
        {"an answer to ourselves", {answer_frame()}},
        {"a result from the sender", {item_result_frame(1)}},
        {"a text in the middle", {begin_frame(1, 10), text_frame("look over there")}},
        {"no message at all", {wire::make_frame(wire::FrameType::control, Bytes(3, std::byte{0xff}))}},
        {"a hello in the middle", {wire::make_frame(wire::FrameType::hello, Bytes(3))}},
        {"a length of nothing", {Bytes(5)}},
    };
    for (const auto& [what, frames] : rows) {
        INFO(what);
        Rig rig;
        const Status end = received_from(rig, frames);
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::malformed);
        for (const auto& [name, content] : rig.files())
            CHECK(content == ten);  // at most an item that was whole before
        CHECK(!rig.right.alive());
    }
}

TEST_CASE("a wrong size or digest leaves nothing, is told, and the next item is taken",
          "[scenario][delivery][hostile]") {
    const std::pair<const char*, Bytes> ends[] = {
        {"too short", item_end_frame(1, ten.size() + 1, digest_of(ten))},
        {"another digest", item_end_frame(1, ten.size(), digest_of(BytesView{ten}.first(9)))},
        {"no digest", item_end_frame(1, ten.size(), "")},
        {"a digest of another kind", item_end_frame(1, ten.size(), "md5:00")},
    };
    for (const auto& [what, end] : ends) {
        INFO(what);
        Rig rig;
        const Status done = received_from(
            rig, {begin_frame(1, 10, "first"), data_frame(1, 0, ten), end, begin_frame(2, 10, "second"),
                  data_frame(2, 0, ten), item_end_frame(2, ten), delivery_end_frame()});
        CHECK(done);
        CHECK(rig.files().size() == 1);
        CHECK(rig.files().contains("second"));
        CHECK(rig.at_receiver.told("first") == 1);
        CHECK(rig.at_receiver.delivered("first") == 0);
    }
}

TEST_CASE("a file after the end mark is nobody's", "[scenario][delivery][hostile]") {
    Rig rig;
    const Status done = received_from(
        rig, {begin_frame(1, 10), data_frame(1, 0, ten), item_end_frame(1, ten), delivery_end_frame(),
              begin_frame(2, 10, "late"), data_frame(2, 0, ten), item_end_frame(2, ten)});
    CHECK(done);
    rig.until([] { return false; }, 10s);
    CHECK(rig.files().size() == 1);
}

TEST_CASE("a receiver that settles what it cannot have is not believed", "[scenario][delivery][hostile]") {
    SECTION("the delivery before the offer was answered") {
        Rig rig({item_of(10)});
        const Status end = sent_to(rig, {delivery_result_frame()});
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::malformed);
    }
    SECTION("the delivery in the middle of it") {
        Rig rig({item_of(4 * 1024 * 1024)});
        rig.pair.network.set_piece(1000);
        const Status end = sent_to(rig, {answer_frame(), delivery_result_frame()});
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::malformed);
        CHECK(rig.at_sender.delivered("file") == 0);
    }
    SECTION("an item while its bytes are on their way") {
        Rig rig({item_of(4 * 1024 * 1024)});
        rig.pair.network.set_piece(1000);
        const Status end = sent_to(rig, {answer_frame(), item_result_frame(1)});
        CHECK(!end);
        CHECK(rig.at_sender.told("file") == 1);
        CHECK(rig.at_sender.delivered("file") == 0);
    }
    SECTION("an item that never was") {
        Rig rig({item_of(10)});
        const Status end = sent_to(rig, {item_result_frame(1), answer_frame(), item_result_frame(99)});
        REQUIRE(!end);  // nothing more comes
        CHECK(end.error().code() == Errc::stalled);
        CHECK(rig.at_sender.delivered("file") == 0);
    }
    SECTION("nothing: it closes the session in the middle") {
        Rig rig({item_of(10)});
        PeerMessage close;
        close.mutable_close();
        const Status end = sent_to(rig, {answer_frame(), wire::frame(close)});
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::interrupted);
        CHECK(rig.at_sender.delivered("file") == 0);
    }
    SECTION("it sends data itself") {
        Rig rig({item_of(10)});
        const Status end = sent_to(rig, {answer_frame(), data_frame(1, 0, ten)});
        REQUIRE(!end);
        CHECK(end.error().code() == Errc::malformed);
    }
}

TEST_CASE("a delivery settled without its items' results delivered none of them",
          "[scenario][delivery][hostile]") {
    Rig rig({item_of(10)});
    rig.start_sender();
    std::size_t control = 0;
    rig.tasks.spawn("reader", drain(rig.right, control));
    REQUIRE(rig.until([&] { return control == 1; }));
    REQUIRE(rig.right.send(answer_frame()));
    REQUIRE(rig.until([&] { return control == 4; }));  // begin, end, the delivery's end
    REQUIRE(rig.right.send(delivery_result_frame()));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(rig.at_sender.told("file") == 1);
    CHECK(rig.at_sender.delivered("file") == 0);
}

TEST_CASE("an offer that is declined ends the delivery with the receiver's reason, and the link lives",
          "[scenario][delivery]") {
    // What went wrong with the receiver's own machine is a refusal to us: ours is in order.
    const auto [said, heard] = GENERATE(values<std::pair<Errc, Errc>>({{Errc::no_space, Errc::no_space},
                                                                       {Errc::refused, Errc::refused},
                                                                       {Errc::busy, Errc::busy},
                                                                       {Errc::local_io, Errc::refused},
                                                                       {Errc::in_use, Errc::refused},
                                                                       {Errc::corrupt, Errc::refused},
                                                                       {Errc::usage, Errc::refused}}));
    Rig rig({item_of(10)});
    const Status end = sent_to(rig, {answer_frame(1, wire::code_to(said))});
    REQUIRE(!end);
    CHECK(end.error().code() == heard);
    CHECK(rig.left.alive());
    CHECK(rig.at_sender.outcomes.empty());
}
