// Which of its addresses a listener tells, and to whom.
#include "peer/listener.hpp"

#include "fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using transport::Reach;

namespace {

using Texts = std::vector<std::string>;

Texts told(const Side& side, Reach server, const std::string& observed = "") {
    Texts out;
    for (const auto& endpoint : side.listener->endpoints(server, observed))
        out.push_back(endpoint.text());
    return out;
}

// A machine of twelve addresses.
class Many final : public transport::Transport {
  public:
    explicit Many(MemoryNetwork& network) : one_(network, "here", Bound::yes) {}
    const char* name() noexcept override { return one_.name(); }
    transport::Parsed parse(std::string_view text, std::uint16_t port,
                            transport::Names names) noexcept override {
        return one_.parse(text, port, names);
    }
    Reach reach(const transport::Address& address) noexcept override { return one_.reach(address); }
    std::uint16_t port(const transport::Address& address) noexcept override { return one_.port(address); }
    std::size_t reachable(const transport::Address&, std::span<transport::Address> into) noexcept override {
        for (std::size_t i = 0; i < 12; ++i)
            into[i] = parse("at" + std::to_string(i) + ":5000", 0, transport::Names::numeric).addresses[0];
        return 12;
    }
    transport::Made<transport::Stream> connect(const transport::Address& to,
                                               const transport::ConnectOptions& options) noexcept override {
        return one_.connect(to, options);
    }
    transport::Made<transport::Listener> listen(const transport::Address& at,
                                                const transport::ListenOptions& options) noexcept override {
        return one_.listen(at, options);
    }
    transport::Made<transport::Stream> wrap(transport::Stream* inner, transport::Role role,
                                            std::span<const transport::Option> options) noexcept override {
        return one_.wrap(inner, role, options);
    }
    bool bound() noexcept override { return true; }

  private:
    MemoryTransport one_;
};

}  // namespace

TEST_CASE("at most eight addresses are told", "[peer][listener]") {
    Net net;
    Side alice(net, "alice");
    plugin_host::PluginHost plugins{{}};
    plugins.add(std::make_unique<Many>(net.network));
    rendezvous::Dialer dialer(net.loop, net.pool, plugins, {});
    const auto started =
        peer::Listener::start(dialer, alice.admission, model::ListenUrl{"memory", "here:5000"});
    REQUIRE(started);
    const auto told_of = (*started)->endpoints(Reach::loopback, "");
    REQUIRE(told_of.size() == 8);
    CHECK(told_of.front().text() == "memory://at0:5000");
}

TEST_CASE("a loopback address is told only to a server that is reached over loopback", "[peer][listener]") {
    Net net;
    Side alice(net, "alice");
    CHECK(told(alice, Reach::loopback) == Texts{"memory://alice:5000"});
    CHECK(told(alice, Reach::global).empty());
    CHECK(told(alice, Reach::private_range).empty());
    net.network.set_reach("alice", Reach::private_range);
    CHECK(told(alice, Reach::global) == Texts{"memory://alice:5000"});
}

TEST_CASE("the address the server sees is told first, with the port that is listened on",
          "[peer][listener]") {
    Net net;
    Side alice(net, "alice");
    CHECK(told(alice, Reach::global, "192.0.2.7") == Texts{"memory://192.0.2.7:5000"});
    CHECK(told(alice, Reach::global, "[2001:db8::7]") == Texts{"memory://[2001:db8::7]:5000"});
    CHECK(told(alice, Reach::loopback, "192.0.2.7") == Texts{"memory://alice:5000"});
}

TEST_CASE("a server beyond this machine is told the port, to put the address it sees before it",
          "[peer][listener]") {
    Net net;
    Side alice(net, "alice");
    const auto seen = alice.listener->seen(Reach::private_range);
    REQUIRE(seen);
    CHECK(seen->scheme == "memory");
    CHECK(seen->port == 5000);
    CHECK(!alice.listener->seen(Reach::loopback));
}
