#include "sides.hpp"

using namespace p2pc;
using namespace p2pc::channel;
using namespace p2pc::testing;

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

TEST_CASE("both ends have one name for their connection, and without a binding the nonces make it another",
          "[channel][handshake]") {
    const auto bound = GENERATE(Bound::yes, Bound::no);
    Sides s(bound), other(bound);
    other.random = crypto::SeededRandom{2};
    for (auto* sides : {&s, &other}) {
        run(*sides, device_hello(s.client), &s.client, &s.server);
        REQUIRE(sides->answer);
        CHECK(sides->opening.link_name() == sides->accepting.link_name());
    }
    if (bound == Bound::no) CHECK(s.opening.link_name() != other.opening.link_name());
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

TEST_CASE("an opener that offers no version of ours is told so by an authentic answer, and let in otherwise",
          "[channel][handshake]") {
    struct Row {
        std::uint32_t least, most;
        bool good;
    };
    const auto row =
        GENERATE(values<Row>({{1, 1, true}, {1, 5, true}, {0, 1, true}, {2, 5, false}, {0, 0, false}}));
    INFO(row.least << " to " << row.most);
    Sides s(Bound::yes);
    auto hello = device_hello(s.client);
    hello.set_version_least(row.least);
    hello.set_version_most(row.most);
    run(s, std::move(hello), &s.client, &s.server);
    CHECK(s.proof);
    REQUIRE(s.answer);
    CHECK(s.answer->version_most() == protocol_version);
    CHECK(s.answered.ok() == row.good);
    if (!s.answered) CHECK(s.answered.error().code() == Errc::unsupported);
}

namespace {

asio::awaitable<void> refuse_unproven(Sides& s) {
    const auto by = s.pair.loop.now() + handshake_time;
    auto hello = co_await s.accepting.hello(by);
    REQUIRE(hello);
    s.accepting.refuse(Errc::bad_credentials);
    auto drained = co_await s.accepting.channel().drained(by);
    CHECK(drained);
}

}  // namespace

TEST_CASE("a refusal that comes before the acceptor's proof is not believed", "[channel][handshake]") {
    Sides s(GENERATE(Bound::yes, Bound::no));
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("acceptor", refuse_unproven(s));
    s.pair.run(open(s, device_hello(s.client), &s.client));
    REQUIRE_FALSE(s.answer);
    CHECK(s.answer.error().code() == Errc::malformed);
}

TEST_CASE("a hello has a nonce exactly where the stream has no binding", "[channel][handshake]") {
    struct Row {
        Bound bound;
        std::size_t nonce;
        bool good;
    };
    const auto row = GENERATE(values<Row>({{Bound::yes, 0, true},
                                           {Bound::yes, 32, false},
                                           {Bound::no, 0, false},
                                           {Bound::no, 31, false},
                                           {Bound::no, 32, true},
                                           {Bound::no, 33, false}}));
    INFO(row.nonce);
    Sides s(row.bound);
    auto hello = device_hello(s.client);
    hello.set_nonce(std::string(row.nonce, 'n'));
    const auto read_hello = [](Sides& sides, bool good) -> asio::awaitable<void> {
        auto heard = co_await sides.accepting.hello(sides.pair.loop.now() + handshake_time);
        CHECK(heard.ok() == good);
        if (!heard) CHECK(heard.error().code() == Errc::malformed);
    };
    REQUIRE(s.opening.channel().send(wire::frame(hello)));
    s.pair.run(read_hello(s, row.good));
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
    SECTION("a hello that says it is a control frame") {
        noise = wire::frame(device_hello(s.client));
        noise[4] = static_cast<std::byte>(wire::FrameType::control);
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
