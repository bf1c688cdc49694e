// A TLS stream whose inner stream was cut, changed or ended by somebody in between.
#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"
#include "support/memory_transport.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// client (TLS over memory) <-> somebody in between <-> server (TLS over memory)
struct Middle {
    MemoryNetwork network;
    MemoryTransport memory{network, "here"};
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Stream> client, server;
    std::unique_ptr<Stream> near_client, near_server;  // bare ends of the one in between

    Middle() {
        listener.reset(memory.listen(memory.parse("here:0", 0).addresses[0], {}).object);
        auto& tls = plugin("tls");
        auto* outward = memory.connect(listener->local(), {}).object;
        near_client.reset(listener->try_accept().stream);
        near_server.reset(memory.connect(listener->local(), {}).object);
        auto* inward = listener->try_accept().stream;
        client.reset(tls.wrap(outward, transport::Role::connecting, {}).object);
        server.reset(tls.wrap(inward, transport::Role::accepting, {}).object);
        for (int i = 0; i < 10; ++i) {
            client->step();
            pass(*near_client, *near_server);
            server->step();
            pass(*near_server, *near_client);
        }
        REQUIRE(client->step().status == IoStatus::ok);
        REQUIRE(server->step().status == IoStatus::ok);
    }
    // Hands on what there is, with byte `changed` (counted from 1) of it flipped.
    static void pass(Stream& from, Stream& to, std::size_t changed = 0) {
        Bytes buffer(256 * 1024);
        const auto got = from.try_read(buffer.data(), buffer.size());
        if (changed > 0 && changed <= got.count) buffer[changed - 1] ^= std::byte{1};
        to.try_write(buffer.data(), got.count);
    }
    IoStatus server_reads(Bytes& into) {
        Bytes buffer(4096);
        for (;;) {
            const auto got = server->try_read(buffer.data(), buffer.size());
            if (got.status != IoStatus::ok) return got.status;
            append(into, BytesView{buffer}.first(got.count));
        }
    }
};

}  // namespace

TEST_CASE("a stream that ends without close_notify is an error after its data", "[contract][tls]") {
    Middle middle;
    const Bytes sent = pattern(100);
    REQUIRE(middle.client->try_write(sent.data(), sent.size()).count == 100);
    Middle::pass(*middle.near_client, *middle.near_server);
    middle.near_server->try_shutdown();
    Bytes received;
    CHECK(middle.server_reads(received) == IoStatus::error);
    CHECK(received == sent);
    CHECK(middle.server->failure().code == Errc::interrupted);
}

TEST_CASE("with close_notify the same end is in order", "[contract][tls]") {
    Middle middle;
    REQUIRE(middle.client->try_shutdown().status == IoStatus::ok);
    Middle::pass(*middle.near_client, *middle.near_server);
    middle.near_server->try_shutdown();
    Bytes received;
    CHECK(middle.server_reads(received) == IoStatus::eof);
}

TEST_CASE("a changed byte anywhere in a record ends the stream before its data", "[contract][tls]") {
    const auto at = GENERATE(std::size_t{1}, std::size_t{4}, std::size_t{6}, std::size_t{122});
    Middle middle;
    const Bytes sent = pattern(100);
    REQUIRE(middle.client->try_write(sent.data(), sent.size()).count == 100);
    Middle::pass(*middle.near_client, *middle.near_server, at);
    middle.near_server->try_shutdown();
    Bytes received;
    CHECK(middle.server_reads(received) == IoStatus::error);
    CHECK(received.empty());
}

TEST_CASE("two ends of different connections see different bindings of one in between", "[contract][tls]") {
    Middle middle;
    CHECK(middle.client->binding().value == middle.server->binding().value);
    Middle other;
    CHECK(middle.client->binding().value != other.client->binding().value);
    CHECK(middle.client->binding().name() == "tls-exporter");
}
