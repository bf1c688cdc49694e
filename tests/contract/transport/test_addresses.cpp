// Addresses, bindings and options: what every transport owes its caller beside bytes.
#include <catch2/catch.hpp>
#include <cstring>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;

TEST_CASE("both ends name the same address for the listener", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto pair = connected(setup, *listener);
    const auto name = std::string{listener->local().printable()};
    CHECK(pair.client->remote().printable() == name);
    CHECK(pair.server->local().printable() == name);
    CHECK(pair.client->local().printable() == pair.server->remote().printable());
}

TEST_CASE("the printed form of an address parses to the same address", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    const auto address = listener->local();
    const auto again = setup.transport->parse(address.printable(), 1, transport::Names::numeric);
    REQUIRE(again.count == 1);
    CHECK(again.addresses[0].opaque == address.opaque);
    CHECK(again.addresses[0].printable() == address.printable());
    CHECK(setup.transport->port(again.addresses[0]) == setup.transport->port(address));
}

TEST_CASE("a listener on this machine is reached by loopback", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    CHECK(setup.transport->reach(listener->local()) == transport::Reach::loopback);
    transport::Address found[2];
    REQUIRE(setup.transport->reachable(listener->local(), found) == 1);
    CHECK(found[0].printable() == listener->local().printable());
    CHECK(setup.transport->reachable(listener->local(), {}) == 0);
}

TEST_CASE("both ends see one binding, no other connection has it, and unbound means none",
          "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    auto first = connected(setup, *listener);
    auto second = connected(setup, *listener);
    const auto at_client = first.client->binding();
    const auto at_server = first.server->binding();
    CHECK(at_client.name() == at_server.name());
    CHECK(at_client.value == at_server.value);
    CHECK(at_client.value_size == at_server.value_size);
    CHECK(at_client.none() == !setup.transport->bound());
    if (setup.transport->bound()) {
        CHECK(at_client.value_size == 32);
        CHECK(second.client->binding().value != at_client.value);
    }
}

TEST_CASE("an option the transport does not know is refused", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    if (kind == "memory") return;  // has no options and makes no promise
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    const transport::Option odd[] = {{"no-such-option", "1"}};
    transport::ConnectOptions options;
    options.options = odd;
    const auto made = setup.transport->connect(listener->local(), options);
    const std::unique_ptr<Stream> owned(made.object);
    CHECK(owned == nullptr);
    CHECK(made.failure.code == Errc::usage);
    CHECK(std::strstr(made.failure.text.data(), "no-such-option") != nullptr);
}

TEST_CASE("a second listener on a taken address is refused", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    const auto made = setup.transport->listen(listener->local(), {});
    const std::unique_ptr<Listener> owned(made.object);
    CHECK(owned == nullptr);
    CHECK(made.failure.code == Errc::in_use);
}

TEST_CASE("text that is no address is refused as usage", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto parsed = setup.transport->parse("", 1);
    CHECK(parsed.count == 0);
    CHECK(parsed.failure.code == Errc::usage);
}

TEST_CASE("a transport is named as its scheme", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    CHECK(kind.starts_with(setup.transport->name()));
}
