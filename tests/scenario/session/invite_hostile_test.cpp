// What a server that lies, a stranger, and somebody who keeps or sends back what was said can do to an
// invite: end it, and no more.
#include "identity/invite_terms.hpp"
#include "identity/keys.hpp"
#include "scenario/session/inviting.hpp"
#include "scenario/session/posing.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using wire::pb::KIND_INVITE;
using wire::pb::PROGRAM_INVITE;
using wire::pb::PROGRAM_NONE;

namespace {

void expect(const Verified& result, Errc code) {
    REQUIRE(result);
    REQUIRE(!*result);
    INFO(describe(result->error()));
    CHECK(result->error().code() == code);
}

struct People {
    People() {
        come_online(bob, PROGRAM_INVITE);
        come_online(alice, PROGRAM_NONE);
        come_online(eve, PROGRAM_NONE);
    }
    // Eve calls bob, who waits with the code, and does as the test says; what came of it at bob's.
    void eve_calls(std::function<asio::awaitable<void>(peer::Session&)> then) {
        std::vector<asio::awaitable<void>> both;
        both.push_back(wait_with(bob, {}, at_bob));
        both.push_back(calling(eve, std::move(then)));
        world.run_all(std::move(both));
    }
    static asio::awaitable<void> calling(Person& from,
                                         std::function<asio::awaitable<void>(peer::Session&)> then) {
        from.calls().set_pinning(peer::Calls::Pinning::later);
        auto session = co_await from.call("bob", KIND_INVITE);
        REQUIRE(session);
        co_await then(**session);
        co_await hang_up(from, **session, model::EndReason::closed);
    }

    World world;
    Person alice{world, "alice"}, bob{world, "bob"}, eve{world, "eve"};
    Verified at_bob;
    Typed by_alice;
};

asio::awaitable<PeerMessage> hear(peer::Session& session) {
    auto frame = co_await session.link().read(never);
    PeerMessage message;
    if (frame && frame->type() == wire::FrameType::control) {
        auto parsed = wire::parse_peer(frame->body());
        if (parsed) message = std::move(*parsed);
    }
    co_return message;
}

PeerMessage share_message(BytesView share) {
    PeerMessage message;
    message.mutable_code_share()->set_share(wire::to_string(share));
    return message;
}

}  // namespace

TEST_CASE("a key that the server swapped at first contact is found by an invite, and by nothing else",
          "[scenario][invite]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob"), eve(world, "eve");
    give_bobs_name_to(eve);
    SECTION("with an invite") {
        come_online(alice, PROGRAM_NONE);
        come_online(eve, PROGRAM_INVITE);
        Verified at_eve;
        Typed by_alice;
        std::vector<asio::awaitable<void>> both;
        // What bob told alice, eve can only guess.
        both.push_back(wait_with(eve, {.code = std::string{wrong_code}}, at_eve));
        both.push_back(type(alice, "bob", right_code, by_alice));
        world.run_all(std::move(both));
        expect(by_alice.result, Errc::wrong_code);
        expect(at_eve, Errc::wrong_code);
        CHECK(alice.pins.all()->empty());
    }
    SECTION("without one it is what it is: new") {
        come_online(alice);
        come_online(eve);
        CHECK(meet(alice, eve).caller->trust() == identity::Trust::fresh);
        CHECK(alice.pins.all()->size() == 1);
    }
}

namespace {

// Hands on what either side says, until one of them ends.
asio::awaitable<void> relay(peer::Session& from, peer::Session& to, std::vector<PeerMessage>& heard) {
    for (;;) {
        auto message = co_await hear(from);
        if (message.body_case() == PeerMessage::BODY_NOT_SET) break;
        heard.push_back(message);
        if (!to.send(message)) break;
    }
    to.link().abort();
}

}  // namespace

TEST_CASE("messages handed on between two sessions, each with the right code, convince neither end",
          "[scenario][invite]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob"), eve(world, "eve"), mallory(world, "mallory");
    come_online(alice, PROGRAM_NONE);
    come_online(bob, PROGRAM_INVITE);
    come_online(eve, PROGRAM_NONE);
    // alice means to call bob and is led to mallory, who is in league with eve.
    come_online(mallory, PROGRAM_INVITE);
    Verified at_bob;
    Typed by_alice;
    std::vector<PeerMessage> to_bob, to_alice;
    const auto between = [&]() -> asio::awaitable<void> {
        auto of_alice = co_await mallory.answer();
        REQUIRE(of_alice);
        auto of_bob = co_await eve.call("bob", KIND_INVITE);
        REQUIRE(of_bob);
        io::TaskGroup tasks(world.loop, [](std::string_view, std::exception_ptr) {});
        tasks.spawn("out", relay(**of_alice, **of_bob, to_bob));
        tasks.spawn("back", relay(**of_bob, **of_alice, to_alice));
        co_await tasks.join();
    };
    std::vector<asio::awaitable<void>> all;
    all.push_back(wait_with(bob, {}, at_bob));
    all.push_back(type(alice, "mallory", right_code, by_alice));
    all.push_back(between());
    world.run_all(std::move(all));
    CHECK(to_bob.size() == 1);
    CHECK(to_alice.size() == 1);
    expect(by_alice.result, Errc::wrong_code);
    expect(at_bob, Errc::wrong_code);
    CHECK(alice.pins.all()->empty());
    CHECK(bob.pins.all()->empty());
}

TEST_CASE("what was said in one session is worth nothing in the next, even with the same code",
          "[scenario][invite]") {
    People p;
    // The first time eve has the code, and keeps what she says.
    PeerMessage share, proof;
    const auto honest = [&](peer::Session& session) -> asio::awaitable<void> {
        const auto& login = p.eve.self->login();
        const auto code = code_of(right_code);
        const identity::InviteMeeting meeting{{login.user(), login.account_key()},
                                              {session.user(), session.introduction().account_key()},
                                              login.founding_key(),
                                              session.id(),
                                              session.link_name()};
        const auto role = identity::Cpace::Role::initiator;
        const identity::Cpace run(role, identity::invite_terms(code, meeting), identity::invite_role(role),
                                  p.world.random);
        share = share_message(run.share());
        REQUIRE(session.send(share));
        auto answer = co_await hear(session);
        identity::CpaceShare theirs;
        std::memcpy(theirs.data(), answer.code_share().share().data(), theirs.size());
        const auto proofs = run.meet({theirs, identity::invite_role(identity::Cpace::Role::responder)});
        REQUIRE(proofs);
        proof.mutable_code_proof()->set_proof(wire::to_string(proofs->mine));
        REQUIRE(session.send(proof));
        auto close = co_await hear(session);
        CHECK(close.has_close());
    };
    p.eve_calls(honest);
    REQUIRE(*p.at_bob);
    REQUIRE(p.bob.pins.forget(p.world.founding_key, p.eve.self->login().user()));
    p.at_bob.reset();
    const auto again = [&](peer::Session& session) -> asio::awaitable<void> {
        REQUIRE(session.send(share));
        auto answer = co_await hear(session);
        CHECK(answer.has_code_share());
        REQUIRE(session.send(proof));
        auto nothing = co_await hear(session);
        CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
    };
    p.eve_calls(again);
    expect(p.at_bob, Errc::wrong_code);
    CHECK(p.bob.pins.all()->empty());
}

TEST_CASE("one's own messages sent back convince nobody", "[scenario][invite]") {
    People p;
    SECTION("to the one who waits: its proof as the other's") {
        p.eve_calls([&](peer::Session& session) -> asio::awaitable<void> {
            const identity::Cpace any(identity::Cpace::Role::initiator, {as_bytes("x"), {}, {}}, {},
                                      p.world.random);
            REQUIRE(session.send(share_message(any.share())));
            auto answer = co_await hear(session);
            PeerMessage proof;
            proof.mutable_code_proof()->set_proof(answer.code_share().proof());
            REQUIRE(session.send(proof));
            auto nothing = co_await hear(session);
            CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
        });
        expect(p.at_bob, Errc::wrong_code);
    }
    SECTION("to the one who typed: its share as the other's") {
        const auto echo = [](Person& who) -> asio::awaitable<void> {
            auto session = co_await who.answer();
            REQUIRE(session);
            auto message = co_await hear(**session);
            message.mutable_code_share()->set_proof(std::string(64, 'x'));
            REQUIRE((*session)->send(message));
            auto nothing = co_await hear(**session);
            CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
        };
        std::vector<asio::awaitable<void>> both;
        both.push_back(echo(p.bob));
        both.push_back(type(p.alice, "bob", right_code, p.by_alice));
        p.world.run_all(std::move(both));
        expect(p.by_alice.result, Errc::wrong_code);
        CHECK(p.alice.pins.all()->empty());
    }
}

TEST_CASE("the first message on a proven link is the one try, whatever it is", "[scenario][invite]") {
    People p;
    PeerMessage message;
    SECTION("the identity as a share") {
        message = share_message(Bytes(32));
    }
    SECTION("a share of another length") {
        message = share_message(Bytes(31, std::byte{1}));
    }
    SECTION("a share with a proof already") {
        crypto::SeededRandom random{3};
        const identity::Cpace any(identity::Cpace::Role::initiator, {as_bytes("x"), {}, {}}, {}, random);
        message = share_message(any.share());
        message.mutable_code_share()->set_proof(std::string(64, 'x'));
    }
    SECTION("a proof before any share") {
        message.mutable_code_proof()->set_proof(std::string(64, 'x'));
    }
    SECTION("something else altogether") {
        message.mutable_text()->set_id(1);
        message.mutable_text()->set_text("hello");
    }
    SECTION("a share with more behind it than there is room for") {
        crypto::SeededRandom random{3};
        const identity::Cpace any(identity::Cpace::Role::initiator, {as_bytes("x"), {}, {}}, {}, random);
        message = share_message(any.share());
        // A field of a later version, which would be skipped.
        const auto longer =
            message.code_share().SerializeAsString() + "\x9a\x3f\xac\x02" + std::string(300, 'x');
        REQUIRE(longer.size() == 338);
        REQUIRE(message.ParseFromString("\xaa\x01\xd2\x02" + longer));
    }
    p.eve_calls([&](peer::Session& session) -> asio::awaitable<void> {
        REQUIRE(session.send(message));
        auto nothing = co_await hear(session);
        CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
    });
    expect(p.at_bob, Errc::wrong_code);
    CHECK(p.bob.pins.all()->empty());
}

TEST_CASE("who gets the answer to a guess and leaves has used the invite up", "[scenario][invite]") {
    People p;
    crypto::SeededRandom random{3};
    const identity::Cpace any(identity::Cpace::Role::initiator, {as_bytes("x"), {}, {}}, {}, random);
    bool silent = false;
    SECTION("at once") {}
    SECTION("without a word") {
        silent = true;
    }
    const Instant began = p.world.loop.now();
    p.eve_calls([&](peer::Session& session) -> asio::awaitable<void> {
        REQUIRE(session.send(share_message(any.share())));
        auto answer = co_await hear(session);
        CHECK(answer.has_code_share());
        if (!silent) co_return;
        auto nothing = co_await hear(session);
        CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
    });
    expect(p.at_bob, Errc::wrong_code);
    CHECK(p.world.loop.now() - began < 30s);
}

TEST_CASE("a proven link that goes, or says nothing for ten seconds, uses nothing up", "[scenario][invite]") {
    People p;
    bool silent = false, polite = false;
    SECTION("it goes") {}
    SECTION("it says goodbye") {
        polite = true;
    }
    SECTION("it is silent") {
        silent = true;
    }
    const auto eve_first = [&]() -> asio::awaitable<void> {
        auto session = co_await p.eve.call("bob", KIND_INVITE);
        REQUIRE(session);
        if (silent) {
            auto nothing = co_await hear(**session);
            CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
        }
        if (polite) co_await (*session)->close(p.world.soon());
        (*session)->link().abort();
        co_await io::sleep_until(p.world.loop, p.world.loop.now() + 1s);
        co_await type(p.alice, "bob", right_code, p.by_alice);
    };
    std::vector<asio::awaitable<void>> both;
    both.push_back(wait_with(p.bob, {}, p.at_bob));
    both.push_back(eve_first());
    p.world.run_all(std::move(both));
    REQUIRE(*p.at_bob);
    CHECK((*p.at_bob)->user.text() == "alice");
    CHECK(p.bob.pins.all()->size() == 1);
}

TEST_CASE("the one who typed believes nobody who does not prove, whatever they send", "[scenario][invite]") {
    People p;
    crypto::SeededRandom random{3};
    const identity::Cpace any(identity::Cpace::Role::responder, {as_bytes("x"), {}, {}}, {}, random);
    PeerMessage message = share_message(any.share());
    bool sends = true;
    SECTION("no proof") {}
    SECTION("a made-up proof") {
        message.mutable_code_share()->set_proof(std::string(64, 'x'));
    }
    SECTION("the identity as a share") {
        message = share_message(Bytes(32));
        message.mutable_code_share()->set_proof(std::string(64, 'x'));
    }
    SECTION("the end of the session") {
        message.Clear();
        message.mutable_close();
    }
    SECTION("nothing") {
        sends = false;
    }
    const auto host = [&]() -> asio::awaitable<void> {
        auto session = co_await p.bob.answer();
        REQUIRE(session);
        auto share = co_await hear(**session);
        CHECK(share.code_share().share().size() == 32);
        if (sends) REQUIRE((*session)->send(message));
        auto nothing = co_await hear(**session);
        CHECK(nothing.body_case() == PeerMessage::BODY_NOT_SET);
    };
    std::vector<asio::awaitable<void>> both;
    both.push_back(host());
    both.push_back(type(p.alice, "bob", right_code, p.by_alice));
    p.world.run_all(std::move(both));
    expect(p.by_alice.result, Errc::wrong_code);
    CHECK(p.alice.pins.all()->empty());
}

TEST_CASE("who is known here and comes with another key ends the invite before there is a link",
          "[scenario][invite]") {
    World world;
    Person alice(world, "alice"), bob(world, "bob"), eve(world, "eve");
    const auto& known = bob.self->login();
    REQUIRE(alice.pins.meet(world.founding_key, known.user(), known.account_key(), 1, world.clock.wall()));
    const auto before = alice.pins.all();
    give_bobs_name_to(eve);
    SECTION("the one who waits finds it") {
        come_online(alice, PROGRAM_INVITE);
        come_online(eve, PROGRAM_NONE);
        Verified at_alice;
        Typed by_eve;
        std::vector<asio::awaitable<void>> both;
        both.push_back(wait_with(alice, {}, at_alice));
        both.push_back(type(eve, "alice", right_code, by_eve));
        world.run_all(std::move(both));
        expect(at_alice, Errc::identity);
        expect(by_eve.result, Errc::refused);
    }
    SECTION("the one who types finds it") {
        come_online(alice, PROGRAM_NONE);
        come_online(eve, PROGRAM_INVITE);
        Verified at_eve;
        Typed by_alice;
        std::vector<asio::awaitable<void>> both;
        both.push_back(wait_with(eve, {.time = 60s}, at_eve));
        both.push_back(type(alice, "bob", right_code, by_alice));
        world.run_all(std::move(both));
        expect(by_alice.result, Errc::identity);
        expect(at_eve, Errc::peer_offline);
    }
    CHECK(*alice.pins.all() == *before);
}
