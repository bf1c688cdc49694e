// Ends: in order, one side first, abrupt, and cancelled by whoever waited.
#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

using Results = std::vector<IoStatus>;

}  // namespace

TEST_CASE("a side that shut down still reads until the other does", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const Bytes request = pattern(3000, 1);
    const Bytes reply = pattern(100'000, 2);
    Bytes at_server, at_client;
    REQUIRE(drive(setup.queue(), {writing(*pair.client, request, 3000)}) == Results{IoStatus::ok});
    REQUIRE(drive(setup.queue(), {shutting(*pair.client), reading_to_the_end(*pair.server, at_server)}) ==
            Results{IoStatus::ok, IoStatus::eof});
    CHECK(at_server == request);
    CHECK(pair.client->try_shutdown().status == IoStatus::ok);  // repeatable
    REQUIRE(drive(setup.queue(), {writing(*pair.server, reply, 7000),
                                  reading(*pair.client, at_client, reply.size(), 7000)}) ==
            Results{IoStatus::ok, IoStatus::ok});
    CHECK(at_client == reply);
    REQUIRE(drive(setup.queue(), {shutting(*pair.server), reading_to_the_end(*pair.client, at_client)}) ==
            Results{IoStatus::ok, IoStatus::eof});
    std::byte one{};
    CHECK(pair.client->try_read(&one, 1).status == IoStatus::eof);  // and it stays so
}

TEST_CASE("after both sides ended in order destroying them loses nothing", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const Bytes sent = pattern(20'000);
    Bytes received;
    REQUIRE(drive(setup.queue(), {shutting(*pair.server)}) == Results{IoStatus::ok});
    REQUIRE(drive(setup.queue(), {reading_to_the_end(*pair.client, received)}) == Results{IoStatus::eof});
    REQUIRE(drive(setup.queue(), {writing(*pair.client, sent, 20'000)}) == Results{IoStatus::ok});
    REQUIRE(drive(setup.queue(), {shutting(*pair.client)}) == Results{IoStatus::ok});
    pair.client.reset();
    REQUIRE(drive(setup.queue(), {reading_to_the_end(*pair.server, received)}) == Results{IoStatus::eof});
    CHECK(received == sent);
}

TEST_CASE("a destroyed end is an error at the other, never an end in order", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const Bytes sent = pattern(500);
    Bytes received;
    REQUIRE(drive(setup.queue(), {writing(*pair.client, sent, 500)}) == Results{IoStatus::ok});
    pair.client.reset();
    REQUIRE(drive(setup.queue(), {reading_to_the_end(*pair.server, received)}) == Results{IoStatus::error});
    CHECK(received.size() <= sent.size());
    CHECK(pair.server->failure().code == Errc::interrupted);
    CHECK(pair.server->failure().text[0] != '\0');
    std::byte one{};
    CHECK(pair.server->try_read(&one, 1).status == IoStatus::error);  // and it stays so
    CHECK(pair.server->try_write(&one, 1).status == IoStatus::error);
    CHECK(pair.server->try_shutdown().status == IoStatus::error);
}

TEST_CASE("a reader that waits is told of a destroyed end", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    Bytes received;
    auto reader = reading_to_the_end(*pair.server, received);
    REQUIRE(reader.attempt() == IoStatus::want_read);
    // Destroyed when the reader is already waiting: the second task runs after the first said want_read.
    Task killer = stepping(*pair.server);
    killer.attempt = [&pair] {
        pair.client.reset();
        return IoStatus::ok;
    };
    CHECK(drive(setup.queue(), {std::move(reader), std::move(killer)}) ==
          Results{IoStatus::error, IoStatus::ok});
}

TEST_CASE("destroying an end in the middle of anything calls nobody back", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    int calls = 0;
    auto second = listen(setup, 1);
    const auto count = [](void* into) { ++*static_cast<int*>(into); };

    SECTION("connecting") {
        auto client = connect(setup, *listener);
        client->on_ready(count, &calls);
        client.reset();
    }
    SECTION("in the handshake") {
        auto client = connect(setup, *listener);
        std::unique_ptr<Stream> server;
        client->step();
        REQUIRE(drive(setup.queue(), {accepting(*listener, server)}) == Results{IoStatus::ok});
        server->step();
        client->step();
        client->on_ready(count, &calls);
        server->on_ready(count, &calls);
        server.reset();
        client.reset();
    }
    SECTION("before it was stepped") {
        auto client = connect(setup, *listener);
        std::unique_ptr<Stream> server;
        client->step();
        REQUIRE(drive(setup.queue(), {accepting(*listener, server)}) == Results{IoStatus::ok});
        server.reset();
    }
    SECTION("reading and writing") {
        auto pair = connected(setup, *listener);
        std::byte one{};
        REQUIRE(pair.server->try_read(&one, 1).status == IoStatus::want_read);
        pair.server->on_ready(count, &calls);
        pair.client->try_write(&one, 1);  // what it waited for may have come: it is told or it is gone
        pair.server.reset();
        pair.client.reset();
    }
    SECTION("accepting") {
        second->on_ready(count, &calls);
        second.reset();
    }
    if (setup.network) setup.network->run_pending();
    CHECK(calls == 0);
    // The transport goes on (the old listener still holds those who gave up).
    const auto fresh = listen(setup, 2);
    CHECK(connected(setup, *fresh).client != nullptr);
}

TEST_CASE("connecting where nobody listens ends in an error", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    auto listener = listen(setup);
    const auto address = listener->local();
    listener.reset();
    const auto made = setup.transport->connect(address, {});
    if (made.object == nullptr) {
        CHECK(made.failure.code == Errc::cannot_connect);
        return;
    }
    const std::unique_ptr<Stream> client(made.object);
    CHECK(drive(setup.queue(), {stepping(*client)}) == Results{IoStatus::error});
    CHECK(client->failure().code == Errc::cannot_connect);
}

TEST_CASE("a closed listener ends those who wait in its queue", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    auto listener = listen(setup);
    auto client = connect(setup, *listener);
    client->step();
    listener.reset();
    Bytes received;
    CHECK(drive(setup.queue(), {reading_to_the_end(*client, received)}) == Results{IoStatus::error});
}
