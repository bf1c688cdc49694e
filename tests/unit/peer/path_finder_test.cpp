#include "peer/path_finder.hpp"

#include "fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using peer::CallRole;
using peer::ProvenChannel;

namespace {

using Found = std::optional<Result<ProvenChannel>>;

asio::awaitable<void> find(Side& side, peer::Admission::Expected& other, CallRole role,
                           std::vector<model::Endpoint> candidates, Found& out) {
    auto found = co_await peer::find_path(side.dialer, side.net.random, side.self, other, role,
                                          std::move(candidates), side.net.loop.now() + 10s);
    out.emplace(std::move(found));
}

struct Pairing {
    explicit Pairing(Bound bound = Bound::yes) : net(bound) {}
    Net net;
    Side alice{net, "alice"}, bob{net, "bob"}, eve{net, "eve"};
    model::SessionId session{net.random.array<16>()};
    model::Ticket ticket{net.random.array<32>()};
    peer::Admission::Expected at_alice{alice.admission, bob.introduced(session, ticket)};
    peer::Admission::Expected at_bob{bob.admission, alice.introduced(session, ticket)};
    Found of_alice, of_bob;

    void search(std::vector<model::Endpoint> by_alice, std::vector<model::Endpoint> by_bob) {
        std::vector<asio::awaitable<void>> both;
        both.push_back(find(alice, at_alice, CallRole::caller, std::move(by_alice), of_alice));
        both.push_back(find(bob, at_bob, CallRole::callee, std::move(by_bob), of_bob));
        net.run_all(std::move(both));
    }
    // Both hold the two ends of one link.
    void are_linked() {
        REQUIRE(*of_alice);
        REQUIRE(*of_bob);
        const auto speak = [](channel::Channel& from, channel::Channel& to) -> asio::awaitable<void> {
            wire::pb::PeerMessage text;
            text.mutable_text()->set_text("it is me");
            REQUIRE(from.send(wire::frame(text)));
            auto frame = co_await to.read(never);
            REQUIRE(frame);
            const auto heard = wire::parse_peer(frame->body());
            REQUIRE(heard);
            CHECK(heard->text().text() == "it is me");
        };
        net.run(speak(*(*of_alice)->channel, *(*of_bob)->channel));
        net.run(speak(*(*of_bob)->channel, *(*of_alice)->channel));
    }
};

// Answers at an address with a key of its own, as whoever it is told.
asio::awaitable<void> impersonate(Side& eve, transport::Listener& at, Pairing& pairing, bool with_bobs_list) {
    io::Acceptor acceptor(eve.net.loop, std::unique_ptr<transport::Listener>(&at));
    auto stream = co_await acceptor.accept();
    if (!stream) co_return;
    const Deadline by = eve.net.loop.now() + 10s;
    channel::Accepting accepting(
        eve.net.loop, std::make_unique<io::Connection>(eve.net.loop, std::move(*stream)), eve.net.random);
    auto hello = co_await accepting.hello(by);
    REQUIRE(hello);
    auto proof = co_await accepting.proof(by);
    REQUIRE(proof);
    auto mine = peer::hello_to_peer(with_bobs_list ? pairing.bob.self : eve.self, pairing.session);
    mine.set_key(identity::public_key(eve.device_key).str());
    const auto answered = accepting.answer(std::move(mine), eve.device_key);
    REQUIRE(answered);
    co_await io::sleep_until(eve.net.loop, by);
}

}  // namespace

TEST_CASE("both ends come to one link, whoever of them can dial", "[peer][path]") {
    Pairing pairing(GENERATE(Bound::yes, Bound::no));
    const std::vector<model::Endpoint> none, bob{pairing.bob.endpoint()}, alice{pairing.alice.endpoint()};
    SECTION("both") {
        pairing.search(bob, alice);
    }
    SECTION("the caller only") {
        pairing.search(bob, none);
        CHECK((*pairing.of_alice)->opened_here);
        CHECK_FALSE((*pairing.of_bob)->opened_here);
    }
    SECTION("the callee only") {
        pairing.search(none, alice);
        CHECK_FALSE((*pairing.of_alice)->opened_here);
        CHECK((*pairing.of_bob)->opened_here);
    }
    SECTION("each also tries where nobody answers") {
        const model::Endpoint nobody{"memory", "bob:6000"};
        const model::Endpoint silent{"memory", "cut:5000"};
        pairing.net.network.cut("alice", "cut");
        pairing.search({nobody, silent, pairing.bob.endpoint()}, {nobody});
    }
    pairing.are_linked();
    CHECK(pairing.at_alice.arrived().empty());
    CHECK(pairing.at_bob.arrived().empty());
}

TEST_CASE("where nobody can be reached there is no path, when the time is up", "[peer][path]") {
    Pairing pairing;
    const Instant began = pairing.net.loop.now();
    pairing.net.network.cut("alice", "bob");
    pairing.search({pairing.bob.endpoint()}, {pairing.alice.endpoint()});
    REQUIRE(!*pairing.of_alice);
    REQUIRE(!*pairing.of_bob);
    CHECK(pairing.of_alice->error().code() == Errc::no_path);
    CHECK(pairing.of_bob->error().code() == Errc::no_path);
    CHECK(pairing.net.loop.now() - began == 10s);
}

TEST_CASE("somebody else at a candidate is an identity error, unless the right one is found too",
          "[peer][path]") {
    Pairing pairing;
    const bool with_bobs_list = GENERATE(true, false);
    MemoryTransport eves(pairing.net.network, "eve", Bound::yes);
    const auto at = eves.listen(eves.parse("eve:7000", 0).addresses[0], {});
    REQUIRE(at.object != nullptr);
    io::TaskGroup tasks(pairing.net.loop, [](std::string_view, std::exception_ptr what) {
        if (what) std::rethrow_exception(what);
    });
    tasks.spawn("eve", impersonate(pairing.eve, *at.object, pairing, with_bobs_list));
    const model::Endpoint false_one{"memory", "eve:7000"};
    SECTION("alone") {
        pairing.search({false_one}, {});
        REQUIRE(!*pairing.of_alice);
        CHECK(pairing.of_alice->error().code() == Errc::identity);
    }
    SECTION("beside the right one") {
        pairing.search({false_one, pairing.bob.endpoint()}, {});
        pairing.are_linked();
    }
    pairing.net.loop.run_for(10s);
}

TEST_CASE("the callee closes no link before the caller has chosen one", "[peer][path]") {
    Pairing pairing;
    io::TaskGroup tasks(pairing.net.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("bob", find(pairing.bob, pairing.at_bob, CallRole::callee, {}, pairing.of_bob));
    std::vector<std::unique_ptr<channel::Channel>> links;
    const auto dial = [](Pairing& p,
                         std::vector<std::unique_ptr<channel::Channel>>& out) -> asio::awaitable<void> {
        auto link =
            co_await peer::dial_peer(p.alice.dialer, p.net.random, p.alice.self, p.at_alice.introduction(),
                                     wire::pb::LINK_FIRST, p.bob.endpoint(), p.net.loop.now() + 5s);
        REQUIRE(link);
        out.push_back(std::move(link->channel));
    };
    pairing.net.run(dial(pairing, links));
    pairing.net.run(dial(pairing, links));
    const auto silent = [](channel::Channel& link, Instant by, Errc code) -> asio::awaitable<void> {
        auto frame = co_await link.read(by);
        REQUIRE(!frame);
        CHECK(frame.error().code() == code);
    };
    pairing.net.run(silent(*links[0], pairing.net.loop.now() + 2s, Errc::timed_out));
    pairing.net.run(silent(*links[1], pairing.net.loop.now() + 2s, Errc::timed_out));
    CHECK_FALSE(pairing.of_bob);

    wire::pb::PeerMessage message;
    SECTION("the second is chosen") {
        message.mutable_link_chosen();
        REQUIRE(links[1]->send(wire::frame(message)));
        REQUIRE(pairing.net.loop.run_until([&] { return pairing.of_bob.has_value(); }));
        REQUIRE(*pairing.of_bob);
        pairing.net.run(silent(*links[0], pairing.net.loop.now() + 2s, Errc::interrupted));
        pairing.net.run(silent(*links[1], pairing.net.loop.now() + 2s, Errc::timed_out));
    }
    SECTION("something else is said on one: that one is dropped, the other can still be chosen") {
        message.mutable_text()->set_text("hello?");
        REQUIRE(links[0]->send(wire::frame(message)));
        pairing.net.run(silent(*links[0], pairing.net.loop.now() + 2s, Errc::interrupted));
        message.mutable_link_chosen();
        REQUIRE(links[1]->send(wire::frame(message)));
        REQUIRE(pairing.net.loop.run_until([&] { return pairing.of_bob.has_value(); }));
        CHECK(*pairing.of_bob);
    }
}

TEST_CASE("a search that is cancelled leaves nothing behind", "[peer][path]") {
    Pairing pairing;
    pairing.net.network.cut("alice", "bob");
    {
        io::TaskGroup tasks(pairing.net.loop, [](std::string_view, std::exception_ptr) {});
        auto expected = std::make_unique<peer::Admission::Expected>(
            pairing.alice.admission, pairing.bob.introduced(pairing.session, pairing.ticket));
        tasks.spawn("alice", find(pairing.alice, *expected, CallRole::caller, {pairing.bob.endpoint()},
                                  pairing.of_alice));
        pairing.net.loop.run_for(1s);
        tasks.stop();
        REQUIRE(pairing.net.loop.run_until([&] { return tasks.running() == 0; }));
    }
    pairing.net.network.mend("alice", "bob");
    pairing.net.loop.run_for(20s);
    if (pairing.of_alice) CHECK(pairing.of_alice->error().code() == Errc::canceled);
}
