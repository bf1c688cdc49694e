// A delivery within a session, while the server comes and goes.
#include "scenario/delivery/rig.hpp"
#include "scenario/person.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// What alice sends bob in a session of theirs.
struct Parcel {
    Parcel() {
        come_online(alice, wire::pb::PROGRAM_NONE);
        come_online(bob, wire::pb::PROGRAM_RECEIVE);
        met = meet(alice, bob, wire::pb::KIND_FILES);
        item.name = "parcel";
        item.content = world.bytes(5 * 1024 * 1024);
        std::vector<std::unique_ptr<transfer::Source>> sources;
        sources.push_back(source_of(item));
        outgoing.emplace(std::move(sources));
        incoming.emplace(output_to(folder.path(), disk), transfer::ReceivePolicy{});
    }
    std::filesystem::path file() const { return folder.path() / "parcel"; }

    World world;
    Person alice{world, "alice"}, bob{world, "bob"};
    Meeting met;
    TempFolder folder;
    Disk disk;
    Item item;
    std::optional<transfer::Outgoing> outgoing;
    std::optional<transfer::Incoming> incoming;
    Ended at_alice, at_bob;
    std::optional<Status> sent, received;
};

asio::awaitable<void> send(Parcel& parcel) {
    peer::OfferTerms terms;
    peer::DeliverySender sender(parcel.world.loop, parcel.world.pool, parcel.met.caller->link(),
                                *parcel.outgoing, terms, parcel.at_alice);
    auto done = co_await sender.run();
    parcel.sent = done;
    const auto reason = done ? model::EndReason::closed : model::EndReason::lost;
    co_await hang_up(parcel.alice, *parcel.met.caller, reason);
}

// Bob thinks about it for a while before he takes it.
asio::awaitable<void> receive(Parcel& parcel, Duration thinks) {
    auto& link = parcel.met.callee->link();
    auto offer = co_await link.read(never);
    REQUIRE(offer);
    link.set_beat_state(wire::BeatState::asking);
    auto nothing = co_await link.read(parcel.world.loop.now() + thinks);
    REQUIRE(!nothing);
    wire::pb::PeerMessage yes;
    yes.mutable_offer_answer()->set_delivery(1);
    REQUIRE(parcel.met.callee->send(yes));
    peer::ReceiveTerms terms;
    const transfer::PartialKeys keys{crypto::Seed{}, model::PublicKey{}};
    terms.key = [&keys](const transfer::Entry& entry) { return keys.of(entry); };
    peer::DeliveryReceiver receiver(parcel.world.loop, parcel.world.pool, link, *parcel.incoming,
                                    std::move(terms), parcel.at_bob);
    auto done = co_await receiver.run();
    parcel.received = done;
    const auto reason = done ? model::EndReason::closed : model::EndReason::lost;
    co_await hang_up(parcel.bob, *parcel.met.callee, reason);
}

void deliver(Parcel& parcel, Duration thinks) {
    std::vector<asio::awaitable<void>> both;
    both.push_back(send(parcel));
    both.push_back(receive(parcel, thinks));
    parcel.world.run_all(std::move(both));
}

}  // namespace

TEST_CASE("a delivery needs no server once the two have met, and the log is complete afterwards",
          "[scenario][session][delivery]") {
    Parcel parcel;
    const auto session = parcel.met.caller->id();
    parcel.world.kill_server();
    deliver(parcel, 1h);
    CHECK(*parcel.sent);
    CHECK(*parcel.received);
    CHECK(parcel.at_alice.delivered("parcel") == 1);
    REQUIRE(std::filesystem::exists(parcel.file()));
    CHECK(std::filesystem::file_size(parcel.file()) == parcel.item.content.size());
    CHECK_FALSE(parcel.alice.online());

    parcel.world.start_server();
    REQUIRE(parcel.world.until([&] { return parcel.alice.online() && parcel.bob.online(); }));
    parcel.world.pass(1s);
    const auto record = record_of(parcel.world, session);
    CHECK(record.reason == model::EndReason::closed);
    REQUIRE(record.caller_report);
    REQUIRE(record.callee_report);
    CHECK(record.caller_report->bytes_out.value() > parcel.item.content.size());
    CHECK(record.callee_report->bytes_in.value() > parcel.item.content.size());
}

TEST_CASE("when the way between the two is gone, both say lost, and nothing final is there",
          "[scenario][session][delivery]") {
    Parcel parcel;
    const auto session = parcel.met.caller->id();
    const bool told = GENERATE(true, false);
    parcel.world.network.set_piece(1000);
    parcel.world.network.set_capacity(1000);
    // In the middle: the loop is stepped, since all of it takes no time at all.
    std::function<void()> strike = [&] {
        if (parcel.at_bob.steps < 3) return parcel.world.loop.post(strike);
        if (told) parcel.world.network.reset("alice", "bob");
        if (!told) parcel.world.network.cut("alice", "bob");
    };
    parcel.world.loop.at(parcel.world.loop.now() + 1min, strike);
    deliver(parcel, 1min);
    CHECK_FALSE(*parcel.sent);
    CHECK_FALSE(*parcel.received);
    CHECK(parcel.at_alice.delivered("parcel") == 0);
    CHECK_FALSE(std::filesystem::exists(parcel.file()));
    const auto record = record_of(parcel.world, session);
    CHECK(record.state == model::SessionState::ended);
    CHECK(record.reason == model::EndReason::lost);
}
