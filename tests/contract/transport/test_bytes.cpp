// Bytes: that they arrive, in order, whatever the pieces.
#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

const std::vector ok2{IoStatus::ok, IoStatus::ok};
constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace

TEST_CASE("what one end writes the other reads", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const Bytes sent = pattern(1000);
    Bytes received;
    REQUIRE(drive(setup.queue(),
                  {writing(*pair.client, sent, 1000), reading(*pair.server, received, 1000, 4096)}) == ok2);
    CHECK(received == sent);
}

TEST_CASE("both directions carry a mebibyte in one piece at once", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    const auto use = GENERATE(transport::Use::interactive, transport::Use::bulk, transport::Use::idle);
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    pair.client->hint(use);
    pair.server->hint(use);
    const std::size_t size = kind == "tls over single bytes" ? 64 * 1024 : mebibyte;
    const Bytes there = pattern(size, 1);
    const Bytes back = pattern(size, 2);
    Bytes at_server, at_client;
    const auto results =
        drive(setup.queue(), {writing(*pair.client, there, mebibyte), writing(*pair.server, back, mebibyte),
                              reading(*pair.server, at_server, size, mebibyte),
                              reading(*pair.client, at_client, size, mebibyte)});
    CHECK(results == std::vector(4, IoStatus::ok));
    CHECK(at_server == there);
    CHECK(at_client == back);
}

TEST_CASE("single bytes written and read one at a time keep their order", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const Bytes sent = pattern(2000);
    Bytes received;
    REQUIRE(drive(setup.queue(),
                  {writing(*pair.client, sent, 1), reading(*pair.server, received, 2000, 1)}) == ok2);
    CHECK(received == sent);
}

TEST_CASE("a write that is refused for lack of room loses and repeats nothing", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    const auto use = GENERATE(transport::Use::interactive, transport::Use::bulk);
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    pair.client->hint(use);
    const Bytes block = pattern(256 * 1024);
    Bytes sent;
    for (IoStatus status = IoStatus::ok; status == IoStatus::ok;) {
        const auto result = pair.client->try_write(block.data(), block.size());
        status = result.status;
        append(sent, BytesView{block}.first(result.count));
        if (status != IoStatus::ok) CHECK(status == IoStatus::want_write);
        // A transport that swallows everything has no back-pressure.
        REQUIRE(sent.size() < 64 * mebibyte);
    }
    const Bytes after = pattern(5000, 7);
    Bytes received;
    REQUIRE(drive(setup.queue(), {writing(*pair.client, after, 5000),
                                  reading(*pair.server, received, sent.size() + 5000, mebibyte)}) == ok2);
    append(sent, after);
    CHECK(received == sent);
}

TEST_CASE("a change of hint in the middle loses nothing", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    Bytes all, received;
    for (const auto use :
         {transport::Use::bulk, transport::Use::interactive, transport::Use::idle, transport::Use::bulk}) {
        pair.client->hint(use);
        const Bytes sent = pattern(100'000, static_cast<unsigned>(use) + 1);
        append(all, sent);
        // Half of it is still under way when the reader's hint changes.
        REQUIRE(drive(setup.queue(), {writing(*pair.client, sent, 30'000),
                                      reading(*pair.server, received, 50'000, 20'000)}) == ok2);
        pair.server->hint(use);
        Bytes rest;
        REQUIRE(drive(setup.queue(), {reading(*pair.server, rest, 50'000, 20'000)}) ==
                std::vector{IoStatus::ok});
        append(received, rest);
    }
    CHECK(received == all);
}
