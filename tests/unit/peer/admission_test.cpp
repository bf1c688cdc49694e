// Who gets in at a listener, and that whoever does not gets not one byte.
#include "peer/admission.hpp"

#include "fixtures.hpp"
#include "peer/lane_order.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using peer::Admission;

namespace {

struct Door {
    explicit Door(Bound bound = Bound::yes) : net(bound) {}
    Net net;
    Side bob{net, "bob"};
    Side alice{net, "alice"};
    Side eve{net, "eve"};
    model::SessionId session{net.random.array<16>()};
    model::Ticket ticket{net.random.array<32>()};
    std::unique_ptr<Admission::Expected> expected =
        std::make_unique<Admission::Expected>(bob.admission, alice.introduced(session, ticket));

    wire::pb::Hello hello() {
        auto made = peer::hello_to_peer(alice.self, session);
        made.set_ticket(ticket.str());
        return made;
    }
    wire::pb::Hello bulk() {
        auto made = peer::hello_to_peer(alice.self, session);
        made.set_use(wire::pb::LINK_BULK);
        return made;
    }
};

// What came of a hello: bytes heard, and how it ended.
struct Knock {
    std::uint64_t heard = 0;
    bool admitted = false;
    Duration lasted{};
};

asio::awaitable<void> knock(Door& door, wire::pb::Hello hello, const crypto::SigningKey* key, Knock& out) {
    const Instant began = door.net.loop.now();
    auto dialled = co_await door.eve.dialer.dial_candidate(door.bob.endpoint(), began + 60s);
    REQUIRE(dialled);
    channel::Opening opening(door.net.loop, std::move(*dialled).take(), door.net.random);
    std::vector<Bytes> nothing;
    auto started = co_await opening.start(std::move(hello), key, std::move(nothing), began + 60s);
    if (started) {
        auto answer = co_await opening.answer(began + 60s);
        out.admitted = answer.ok();
    }
    out.heard = opening.channel().bytes_in();
    out.lasted = door.net.loop.now() - began;
}

Knock knocked(Door& door, const wire::pb::Hello& hello, const crypto::SigningKey& key) {
    Knock out;
    door.net.run(knock(door, hello, &key, out));
    return out;
}

asio::awaitable<void> throw_bytes(Door& door, Bytes bytes, Knock& out) {
    const Instant began = door.net.loop.now();
    auto dialled = co_await door.eve.dialer.dial_candidate(door.bob.endpoint(), began + 60s);
    REQUIRE(dialled);
    auto connection = std::move(*dialled).take();
    auto sent = co_await connection->write_all(bytes, began + 60s);
    static_cast<void>(sent);
    ByteArray<64> room;
    auto got = co_await connection->read_some(room, began + 60s);
    CHECK(!got);
    out.heard = connection->bytes_in();
    out.lasted = door.net.loop.now() - began;
}

}  // namespace

TEST_CASE("the one introduced gets in with the ticket", "[peer][admission]") {
    Door door(GENERATE(Bound::yes, Bound::no));
    const auto seen = knocked(door, door.hello(), door.alice.device_key);
    CHECK(seen.admitted);
    CHECK(door.expected->arrived().size() == 1);
}

TEST_CASE("whoever is not expected gets not one byte", "[peer][admission]") {
    Door door(GENERATE(Bound::yes, Bound::no));
    auto hello = door.hello();
    const crypto::SigningKey* key = &door.alice.device_key;
    SECTION("without a ticket") {
        hello.clear_ticket();
    }
    SECTION("with another ticket") {
        hello.set_ticket(model::Ticket{door.net.random.array<32>()}.str());
    }
    SECTION("with half the ticket") {
        hello.mutable_ticket()->resize(16);
    }
    SECTION("for another session") {
        hello.set_session(model::SessionId{door.net.random.array<16>()}.str());
    }
    SECTION("without a session") {
        hello.clear_session();
    }
    SECTION("after a minute") {
        door.net.loop.run_for(60s + 1ms);
    }
    SECTION("after the session ended") {
        door.expected.reset();
    }
    SECTION("after a link was chosen") {
        door.expected->settled();
    }
    SECTION("for bulk data as somebody else, before a link was chosen") {
        hello = peer::hello_to_peer(door.eve.self, door.session);
        hello.set_use(wire::pb::LINK_BULK);
        key = &door.eve.device_key;
    }
    SECTION("with the ticket, as somebody else") {
        hello = peer::hello_to_peer(door.eve.self, door.session);
        hello.set_ticket(door.ticket.str());
        key = &door.eve.device_key;
    }
    SECTION("with another key in the right hello") {
        hello.set_key(identity::public_key(door.eve.device_key).str());
        key = &door.eve.device_key;
    }
    SECTION("as a client of a server") {
        hello.set_role(wire::pb::ROLE_DEVICE);
    }
    SECTION("for bulk data as somebody else, once a link was chosen") {
        door.expected->settled();
        hello = peer::hello_to_peer(door.eve.self, door.session);
        hello.set_use(wire::pb::LINK_BULK);
        key = &door.eve.device_key;
    }
    const auto seen = knocked(door, hello, *key);
    CHECK(seen.heard == 0);
    CHECK_FALSE(seen.admitted);
    CHECK(seen.lasted < 1s);
    if (door.expected) CHECK(door.expected->arrived().empty());
}

TEST_CASE("a ticket is good until its last moment", "[peer][admission]") {
    Door door;
    door.net.loop.run_for(60s - 1ms);
    CHECK(knocked(door, door.hello(), door.alice.device_key).admitted);
}

TEST_CASE("the right hello without the right key gets no name, key or version", "[peer][admission]") {
    SECTION("on a bound stream not a byte") {
        Door door(Bound::yes);
        const auto seen = knocked(door, door.hello(), door.eve.device_key);
        CHECK(seen.heard == 0);
        CHECK(door.expected->arrived().empty());
    }
    SECTION("on an unbound one the challenge") {
        Door door(Bound::no);
        const auto seen = knocked(door, door.hello(), door.eve.device_key);
        CHECK(seen.heard == wire::header_size + 32);
        CHECK(door.expected->arrived().empty());
    }
}

namespace {

// alice's hello, and her proof only after `meanwhile`. Unbound: the challenge tells that her hello was
// believed.
asio::awaitable<void> prove_after(Door& door, const std::function<void()>& meanwhile, Knock& out) {
    auto dialled = co_await door.alice.dialer.dial_candidate(door.bob.endpoint(), never);
    REQUIRE(dialled);
    channel::Channel channel(door.net.loop, std::move(*dialled).take());
    auto hello = door.hello();
    hello.set_nonce(std::string(32, 'n'));
    const Bytes frame = wire::frame(hello);
    REQUIRE(channel.send(frame));
    auto challenge = co_await channel.read(never);
    REQUIRE(challenge);
    meanwhile();
    identity::Transcript transcript;
    transcript.add(frame);
    transcript.add(challenge->as_sent());
    const auto proof = identity::prove(door.alice.device_key, identity::Purpose::peer, identity::Role::opener,
                                       transport::Binding{}, transcript);
    REQUIRE(channel.send(wire::make_frame(wire::FrameType::proof, proof.view())));
    auto answer = co_await channel.read(never);
    out.admitted = answer.ok();
    out.heard = channel.bytes_in() - challenge->as_sent().size();
}

}  // namespace

TEST_CASE("whoever proves itself when the session has ended, or has its link, is let in no more",
          "[peer][admission]") {
    Door door(Bound::no);
    bool in_time = false;
    std::function<void()> meanwhile;
    SECTION("in time") {
        in_time = true;
        meanwhile = [] {};
    }
    SECTION("ended") {
        meanwhile = [&] { door.expected.reset(); };
    }
    SECTION("settled") {
        meanwhile = [&] { door.expected->settled(); };
    }
    Knock seen;
    door.net.run(prove_after(door, meanwhile, seen));
    CHECK(seen.admitted == in_time);
    CHECK((seen.heard > 0) == in_time);
}

TEST_CASE("later links of a proven session get in by its two keys alone", "[peer][admission]") {
    Door door;
    CHECK(knocked(door, door.hello(), door.alice.device_key).admitted);
    door.expected->settled();
    CHECK_FALSE(knocked(door, door.hello(), door.alice.device_key).admitted);
    door.net.loop.run_for(1h);
    CHECK(knocked(door, door.bulk(), door.alice.device_key).admitted);
    CHECK_FALSE(knocked(door, door.bulk(), door.eve.device_key).admitted);
    door.expected.reset();
    CHECK_FALSE(knocked(door, door.bulk(), door.alice.device_key).admitted);
}

TEST_CASE("a later link that comes early waits for the first, ten seconds at most", "[peer][admission]") {
    Door door(GENERATE(Bound::yes, Bound::no));
    auto hello = door.bulk();
    SECTION("without the ticket") {}
    SECTION("with the ticket, which is of no use to it") {
        hello.set_ticket(door.ticket.str());
    }
    bool admitted = false;
    SECTION("a link is chosen meanwhile") {
        door.net.loop.at(door.net.loop.now() + 9s, [&] { door.expected->settled(); });
        admitted = true;
    }
    SECTION("the session ends meanwhile") {
        door.net.loop.at(door.net.loop.now() + 9s, [&] { door.expected.reset(); });
    }
    const auto seen = knocked(door, hello, door.alice.device_key);
    CHECK(seen.admitted == admitted);
    CHECK((seen.heard > 0) == admitted);
    CHECK(seen.lasted >= 9s);
    CHECK(seen.lasted <= 10s);
}

TEST_CASE("all the lanes of a delivery may wait for the first link", "[peer][admission]") {
    Door door;
    constexpr std::size_t lanes = peer::LaneOrder::most_lanes - 1;
    std::vector<Knock> seen(lanes);
    std::vector<asio::awaitable<void>> all;
    for (auto& one : seen)
        all.push_back(knock(door, door.bulk(), &door.alice.device_key, one));
    door.net.loop.at(door.net.loop.now() + 1s, [&] { door.expected->settled(); });
    door.net.run_all(std::move(all));
    CHECK(door.expected->arrived().size() == lanes);
}

TEST_CASE("three senders who come with all their lanes leave room for another", "[peer][admission]") {
    Door door;
    std::vector<std::unique_ptr<io::Connection>> waiting;
    const auto dial = [](Door& at,
                         std::vector<std::unique_ptr<io::Connection>>& kept) -> asio::awaitable<void> {
        for (std::size_t i = 0; i < 3 * peer::LaneOrder::most_lanes; ++i) {
            auto dialled = co_await at.eve.dialer.dial_candidate(at.bob.endpoint(), at.net.loop.now() + 5s);
            REQUIRE(dialled);
            kept.push_back(std::move(*dialled).take());
        }
    };
    door.net.run(dial(door, waiting));
    CHECK(knocked(door, door.hello(), door.alice.device_key).admitted);
}

TEST_CASE("noise at a peer's listener gets not a byte, and silence ten seconds", "[peer][admission]") {
    Door door;
    Knock seen;
    SECTION("noise") {
        Bytes noise(4096);
        door.net.random.fill(noise);
        noise[0] = std::byte{0xff};
        door.net.run(throw_bytes(door, noise, seen));
        CHECK(seen.lasted < 1s);
    }
    SECTION("a chat before a hello") {
        wire::pb::PeerMessage text;
        text.mutable_text()->set_text("hi");
        door.net.run(throw_bytes(door, wire::frame(text), seen));
        CHECK(seen.lasted < 1s);
    }
    SECTION("half a hello") {
        Bytes half = wire::frame(door.hello());
        half.resize(half.size() / 2);
        door.net.run(throw_bytes(door, half, seen));
        CHECK(seen.lasted <= 10s);
    }
    SECTION("silence") {
        door.net.run(throw_bytes(door, {}, seen));
        CHECK(seen.lasted == 10s);
    }
    CHECK(seen.heard == 0);
    CHECK(knocked(door, door.hello(), door.alice.device_key).admitted);
}

TEST_CASE("strangers who hold every slot keep a friend out for ten seconds at most", "[peer][admission]") {
    Door door;
    std::vector<std::unique_ptr<io::Connection>> strangers;
    const auto dial = [](Door& at,
                         std::vector<std::unique_ptr<io::Connection>>& kept) -> asio::awaitable<void> {
        for (int i = 0; i < 200; ++i) {
            auto dialled = co_await at.eve.dialer.dial_candidate(at.bob.endpoint(), at.net.loop.now() + 5s);
            if (dialled) kept.push_back(std::move(*dialled).take());
        }
    };
    door.net.run(dial(door, strangers));
    CHECK_FALSE(knocked(door, door.hello(), door.alice.device_key).admitted);
    door.net.loop.run_for(10s);
    CHECK(knocked(door, door.hello(), door.alice.device_key).admitted);
}
