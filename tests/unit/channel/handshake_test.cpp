#include "identity/keys.hpp"
#include "pair.hpp"

using namespace p2pc;
using namespace p2pc::channel;
using namespace std::chrono_literals;
using p2pc::testing::Bound;
using p2pc::testing::Pair;

namespace {

struct Sides {
    explicit Sides(Bound bound)
        : pair(bound),
          opening(pair.loop, std::move(pair.opener), random),
          accepting(pair.loop, std::move(pair.acceptor), random) {}
    crypto::SeededRandom random{1};
    Pair pair;
    Opening opening;
    Accepting accepting;
    crypto::SigningKey client = crypto::SigningKey::generate(random);
    crypto::SigningKey server = crypto::SigningKey::generate(random);
    Status proof;
    Result<wire::pb::Hello> answer{Errc::internal};
    Errc read_failed{};
    bool request_seen = false;
};

wire::pb::Hello device_hello(const crypto::SigningKey& key) {
    auto hello = hello_of(wire::pb::ROLE_DEVICE);
    hello.set_user("alice");
    hello.set_device_id(std::string(16, 'd'));
    hello.set_key(identity::public_key(key).str());
    return hello;
}

Bytes request() {
    wire::pb::ClientMessage message;
    message.set_id(1);
    message.mutable_list_users();
    return wire::frame(message);
}

asio::awaitable<void> open(Sides& s, wire::pb::Hello hello, const crypto::SigningKey* key) {
    std::vector<Bytes> first;
    first.push_back(request());
    auto started =
        co_await s.opening.start(std::move(hello), key, std::move(first), s.pair.loop.now() + handshake_time);
    if (started) {
        s.answer = co_await s.opening.answer(s.pair.loop.now() + handshake_time);
    } else {
        s.answer = started.error();
    }
}

asio::awaitable<void> accept(Sides& s, const crypto::SigningKey* signs) {
    const auto by = s.pair.loop.now() + handshake_time;
    auto hello = co_await s.accepting.hello(by);
    if (!hello) {
        s.read_failed = hello.error().code();
        s.accepting.channel().abort();
        co_return;
    }
    s.proof = co_await s.accepting.proof(by);
    if (!s.proof) {
        s.accepting.channel().abort();
        co_return;
    }
    auto mine = hello_of(wire::pb::ROLE_SERVER);
    mine.set_key(identity::public_key(s.server).str());
    const auto sent = s.accepting.answer(mine, *signs);
    static_cast<void>(sent);
    auto channel = std::move(s.accepting).take(wire::Phase::server_link);
    auto frame = co_await channel->read(by);
    s.request_seen = frame.ok();
    auto drained = co_await channel->drained(by);
    static_cast<void>(drained);
}

void run(Sides& s, wire::pb::Hello hello, const crypto::SigningKey* key, const crypto::SigningKey* signs) {
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("acceptor", accept(s, signs));
    s.pair.run(open(s, std::move(hello), key));
    s.pair.loop.run_until([&] { return tasks.running() == 0; }, s.pair.loop.now() + 60s);
}

}  // namespace

TEST_CASE("both sides prove their keys, bound and unbound, and the first request is there at once",
          "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound);
    run(s, device_hello(s.client), &s.client, &s.server);
    CHECK(s.proof);
    REQUIRE(s.answer);
    CHECK(s.answer->key() == identity::public_key(s.server).str());
    CHECK(s.request_seen);
}

TEST_CASE("a hello with a key its sender does not hold is refused by the acceptor", "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound);
    const auto eve = crypto::SigningKey::generate(s.random);
    run(s, device_hello(s.client), &eve, &s.server);
    REQUIRE_FALSE(s.proof);
    CHECK(s.proof.error().code() == Errc::identity);
    CHECK_FALSE(s.answer);
}

TEST_CASE("an acceptor that does not hold the key it names is refused by the opener",
          "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound);
    const auto eve = crypto::SigningKey::generate(s.random);
    run(s, device_hello(s.client), &s.client, &eve);
    REQUIRE_FALSE(s.answer);
    CHECK(s.answer.error().code() == Errc::identity);
}

TEST_CASE("a proof made for another purpose is no proof", "[channel][handshake]") {
    Sides s(Bound::yes);
    // The opener signs as for a peer, and the hello on the wire says a device logs in.
    struct Swap {
        static asio::awaitable<void> open(Sides& sides) {
            auto hello = device_hello(sides.client);
            auto ready = co_await sides.opening.channel().connection().ready(never);
            REQUIRE(ready);
            const Bytes frame = wire::frame(hello);
            identity::Transcript transcript;
            transcript.add(frame);
            const auto binding = sides.opening.channel().connection().stream().binding();
            const auto proof = identity::prove(sides.client, identity::Purpose::peer, identity::Role::opener,
                                               binding, transcript);
            REQUIRE(sides.opening.channel().send(frame));
            REQUIRE(sides.opening.channel().send(wire::make_frame(wire::FrameType::proof, proof.view())));
            auto drained = co_await sides.opening.channel().drained(never);
            REQUIRE(drained);
        }
    };
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("acceptor", accept(s, &s.server));
    s.pair.run(Swap::open(s));
    s.pair.loop.run_until([&] { return tasks.running() == 0; });
    REQUIRE_FALSE(s.proof);
    CHECK(s.proof.error().code() == Errc::identity);
}

TEST_CASE("a stranger that says nothing, or noise, is gone after ten seconds at the latest and got no byte",
          "[channel][handshake]") {
    Sides s(Bound::yes);
    const auto began = s.pair.loop.now();
    Bytes noise;
    SECTION("nothing") {}
    SECTION("HTTP") {
        append(noise, as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    SECTION("a huge length") {
        append(noise, as_bytes("\xff\xff\xff\xff\x01"));
    }
    SECTION("a control frame first") {
        append(noise, request());
    }
    struct Noise {
        static asio::awaitable<void> write(Channel& channel, Bytes bytes) {
            if (!bytes.empty()) {
                auto sent = channel.send(bytes);
                REQUIRE(sent);
            }
            auto heard = co_await channel.read(never);
            REQUIRE_FALSE(heard);
            CHECK(channel.bytes_in() == 0);
        }
    };
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) {});
    tasks.spawn("acceptor", accept(s, &s.server));
    s.pair.run(Noise::write(s.opening.channel(), noise));
    CHECK(s.read_failed != Errc{});
    CHECK(s.pair.loop.now() - began <= 10s);
}
