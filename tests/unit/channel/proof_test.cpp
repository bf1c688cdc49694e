// What a proof on a link must be over: played by hand, with one thing left out at a time.
#include <cstring>

#include "sides.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// What a side played by the test says, and what its proof is over.
struct Said {
    explicit Said(wire::pb::Hello said) : hello(std::move(said)) {}
    wire::pb::Hello hello;
    identity::Purpose purpose = identity::Purpose::login;
    std::optional<transport::Binding> binding;  // another stream's
    bool with_hello = true, with_challenge = true, with_theirs = true;
    wire::FrameType sent_as = wire::FrameType::proof;
};

transport::Binding another_binding() {
    transport::Binding made;
    std::memcpy(made.type.data(), "tls-exporter", 12);
    made.value.fill(std::byte{0x5a});
    made.value_size = 32;
    return made;
}

asio::awaitable<void> open_by_hand(Sides& s, Said said) {
    auto& channel = s.opening.channel();
    auto ready = co_await channel.connection().ready(never);
    REQUIRE(ready);
    const auto here = channel.connection().stream().binding();
    identity::Transcript transcript;
    const Bytes hello = wire::frame(said.hello);
    if (said.with_hello) transcript.add(hello);
    REQUIRE(channel.send(hello));
    if (here.none()) {
        auto challenge = co_await channel.read(never);
        REQUIRE(challenge);
        if (said.with_challenge) transcript.add(challenge->as_sent());
    }
    const auto binding = said.binding.value_or(here);
    const auto proof = identity::prove(s.client, said.purpose, identity::Role::opener, binding, transcript);
    REQUIRE(channel.send(wire::make_frame(said.sent_as, proof.view())));
    auto drained = co_await channel.drained(never);
    REQUIRE(drained);
}

asio::awaitable<void> accept_by_hand(Sides& s, Said said) {
    auto& channel = s.accepting.channel();
    auto ready = co_await channel.connection().ready(never);
    REQUIRE(ready);
    const auto here = channel.connection().stream().binding();
    identity::Transcript transcript;
    auto theirs = co_await channel.read(never);
    REQUIRE(theirs);
    if (said.with_theirs) transcript.add(theirs->as_sent());
    if (here.none()) {
        const Bytes challenge = wire::make_frame(wire::FrameType::challenge, Bytes(32, std::byte{7}));
        if (said.with_challenge) transcript.add(challenge);
        REQUIRE(channel.send(challenge));
        said.hello.set_nonce(std::string(32, 'a'));
    }
    auto proof_frame = co_await channel.read(never);
    REQUIRE(proof_frame);
    const Bytes hello = wire::frame(said.hello);
    if (said.with_hello) transcript.add(hello);
    REQUIRE(channel.send(hello));
    const auto binding = said.binding.value_or(here);
    const auto proof = identity::prove(s.server, said.purpose, identity::Role::acceptor, binding, transcript);
    REQUIRE(channel.send(wire::make_frame(wire::FrameType::proof, proof.view())));
    auto drained = co_await channel.drained(never);
    REQUIRE(drained);
}

}  // namespace

TEST_CASE("an opener's proof is for this stream, this purpose, its hello and the challenge, or it is none",
          "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound);
    Said said(device_hello(s.client));
    if (bound == Bound::no) said.hello.set_nonce(std::string(32, 'o'));
    bool good = false;
    SECTION("all of it") {
        good = true;
    }
    SECTION("another stream") {
        said.binding = another_binding();
    }
    SECTION("as for a peer") {
        said.purpose = identity::Purpose::peer;
    }
    SECTION("a peer, as for a login") {
        said.hello.set_role(wire::pb::ROLE_PEER);
    }
    SECTION("not over its hello") {
        said.with_hello = false;
    }
    SECTION("in a frame of another type") {
        said.sent_as = wire::FrameType::control;
    }
    SECTION("not over the challenge, as one recorded earlier") {
        if (bound == Bound::yes) return;
        said.with_challenge = false;
    }
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("acceptor", accept(s, &s.server));
    const bool misplaced = said.sent_as != wire::FrameType::proof;
    s.pair.run(open_by_hand(s, std::move(said)));
    s.pair.loop.run_until([&] { return tasks.running() == 0; });
    CHECK(s.proof.ok() == good);
    if (!s.proof) CHECK(s.proof.error().code() == (misplaced ? Errc::malformed : Errc::identity));
}

TEST_CASE("an acceptor's proof is for this stream, both hellos and the challenge, or it is none",
          "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound);
    Said said(hello_of(wire::pb::ROLE_SERVER));
    said.hello.set_key(identity::public_key(s.server).str());
    std::optional<Errc> code = Errc::identity;
    SECTION("all of it") {
        code.reset();
    }
    SECTION("another stream") {
        said.binding = another_binding();
    }
    SECTION("not over its own hello") {
        said.with_hello = false;
    }
    SECTION("not over the opener's hello") {
        said.with_theirs = false;
    }
    SECTION("not over the challenge") {
        if (bound == Bound::yes) return;
        said.with_challenge = false;
    }
    SECTION("all of it, for a version that was not offered") {
        said.hello.set_version_most(2);
        code = Errc::unsupported;
    }
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("acceptor", accept_by_hand(s, std::move(said)));
    s.pair.run(open(s, device_hello(s.client), &s.client));
    CHECK(s.answer.ok() == !code.has_value());
    if (!s.answer) CHECK(s.answer.error().code() == *code);
}
