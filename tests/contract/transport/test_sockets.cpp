// What the kernel adds: two families, wildcards, descriptor limits, ports shared on purpose.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

std::unique_ptr<Listener> listen_at(transport::Transport& transport, const char* text,
                                    const transport::ListenOptions& options = {}) {
    const auto parsed = transport.parse(text, 0);
    REQUIRE(parsed.count == 1);
    const auto made = transport.listen(parsed.addresses[0], options);
    INFO(made.failure.text.data());
    REQUIRE(made.object != nullptr);
    return std::unique_ptr<Listener>(made.object);
}

std::string port_of(transport::Transport& transport, Listener& listener) {
    return std::to_string(transport.port(listener.local()));
}

std::string congestion_control(int fd) {
    char name[16] = {};
    socklen_t size = sizeof name;
    REQUIRE(::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &size) == 0);
    return name;
}

std::string system_congestion_control() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd >= 0);
    auto name = congestion_control(fd);
    ::close(fd);
    return name;
}

// Both ends of a connection to where `listener` was heard to listen.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> connected_at(transport::Transport& transport,
                                                                         const transport::Address& at,
                                                                         Listener& listener) {
    const auto made = transport.connect(at, {});
    REQUIRE(made.object != nullptr);
    std::unique_ptr<Stream> client(made.object);
    std::unique_ptr<Stream> server;
    REQUIRE(drive(nullptr, {stepping(*client), accepting(listener, server)}) == std::vector(2, IoStatus::ok));
    return {std::move(client), std::move(server)};
}

}  // namespace

TEST_CASE("a listener on [::] takes IPv4 and IPv6 and shows IPv4 as it is", "[contract][socket]") {
    auto& tcp = plugin("tcp");
    const auto listener = listen_at(tcp, "[::]:0");
    for (const std::string host : {"127.0.0.1", "[::1]"}) {
        const auto text = host + ":" + port_of(tcp, *listener);
        const auto made = tcp.connect(tcp.parse(text, 0).addresses[0], {});
        REQUIRE(made.object != nullptr);
        const std::unique_ptr<Stream> client(made.object);
        std::unique_ptr<Stream> server;
        REQUIRE(drive(nullptr, {stepping(*client), accepting(*listener, server)}) ==
                std::vector(2, IoStatus::ok));
        CHECK(server->local().printable() == text);
        CHECK(server->remote().printable() == client->local().printable());
        CHECK(tcp.reach(server->remote()) == transport::Reach::loopback);
    }
}

TEST_CASE("over loopback no end begins with a congestion control that paces", "[contract][socket]") {
    auto& tcp = plugin("tcp");
    const auto listener = listen_at(tcp, "[::]:0");
    const std::string host = GENERATE("127.0.0.1", "[::1]");
    const auto at = tcp.parse((host + ":" + port_of(tcp, *listener)).c_str(), 0).addresses[0];
    const auto [client, server] = connected_at(tcp, at, *listener);
    CHECK(congestion_control(client->poll_fd()) == "reno");
    CHECK(congestion_control(server->poll_fd()) == "reno");
    client->hint(transport::Use::bulk);
    CHECK(congestion_control(client->poll_fd()) == "reno");
}

TEST_CASE("beyond loopback both ends begin with the system's choice", "[contract][socket]") {
    auto& tcp = plugin("tcp");
    const auto listener = listen_at(tcp, "[::]:0");
    transport::Address found[64];
    const auto count = tcp.reachable(listener->local(), found);
    for (std::size_t i = 0; i < count; ++i) {
        if (tcp.reach(found[i]) == transport::Reach::loopback) continue;
        INFO(found[i].printable());
        const auto [client, server] = connected_at(tcp, found[i], *listener);
        CHECK(congestion_control(client->poll_fd()) == system_congestion_control());
        CHECK(congestion_control(server->poll_fd()) == system_congestion_control());
    }
}

TEST_CASE("a wildcard is reachable by each address of this machine, never by itself", "[contract][socket]") {
    auto& tcp = plugin("tcp");
    const auto text = GENERATE("[::]:0", "0.0.0.0:0");
    const auto listener = listen_at(tcp, text);
    transport::Address found[64];
    const auto count = tcp.reachable(listener->local(), found);
    REQUIRE(count >= 1);
    bool loopback = false;
    for (std::size_t i = 0; i < count; ++i) {
        INFO(found[i].printable());
        CHECK(tcp.reach(found[i]) != transport::Reach::never);
        CHECK(tcp.port(found[i]) == tcp.port(listener->local()));
        loopback = loopback || tcp.reach(found[i]) == transport::Reach::loopback;
    }
    CHECK(loopback);
    CHECK(tcp.reachable(listener->local(), std::span(found).first(1)) == 1);
}

TEST_CASE("without descriptors left accept says busy and works again later", "[contract][socket]") {
    auto& transport = plugin(GENERATE(as<std::string>(), "tcp", "tls"));
    const auto listener = listen_at(transport, "127.0.0.1:0");
    const auto made = transport.connect(listener->local(), {});
    REQUIRE(made.object != nullptr);
    const std::unique_ptr<Stream> client(made.object);
    client->step();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    const auto refused = listener->try_accept();
    const auto another = transport.connect(listener->local(), {});
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(refused.status == IoStatus::error);
    CHECK(listener->failure().code == Errc::busy);
    CHECK(another.object == nullptr);
    CHECK(another.failure.code == Errc::busy);
    std::unique_ptr<Stream> server;
    CHECK(drive(nullptr, {accepting(*listener, server)}) == std::vector{IoStatus::ok});
}

TEST_CASE("a port is shared by those who all ask for it", "[contract][socket]") {
    auto& tcp = plugin("tcp");
    transport::ListenOptions sharing;
    sharing.reuse = transport::Reuse::address_and_port;
    const auto first = listen_at(tcp, "127.0.0.1:0", sharing);
    const auto second = tcp.listen(first->local(), sharing);
    const std::unique_ptr<Listener> owned(second.object);
    CHECK(owned != nullptr);

    const auto target = listen_at(tcp, "127.0.0.1:0");
    transport::ConnectOptions from_there;
    const auto local = first->local();
    from_there.local = &local;
    from_there.reuse = transport::Reuse::address_and_port;
    const auto made = tcp.connect(target->local(), from_there);
    INFO(made.failure.text.data());
    REQUIRE(made.object != nullptr);
    const std::unique_ptr<Stream> client(made.object);
    CHECK(client->local().printable() == local.printable());
}

TEST_CASE("the side that connected may be told to wait for the first word", "[contract][socket]") {
    auto& tls = plugin("tls");
    const auto listener = listen_at(plugin("tcp"), "127.0.0.1:0");
    transport::ConnectOptions options;
    options.role = transport::Role::accepting;
    const std::unique_ptr<Stream> client(tls.connect(listener->local(), options).object);
    REQUIRE(client);
    std::unique_ptr<Stream> inner;
    REQUIRE(drive(nullptr, {accepting(*listener, inner)}) == std::vector{IoStatus::ok});
    const std::unique_ptr<Stream> server(tls.wrap(inner.release(), transport::Role::connecting, {}).object);
    REQUIRE(server);
    CHECK(drive(nullptr, {stepping(*client), stepping(*server)}) == std::vector(2, IoStatus::ok));
}
