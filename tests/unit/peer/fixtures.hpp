// Two people, a network in virtual time, and no server: what it would say is written by the test.
#pragma once

#include <catch2/catch.hpp>

#include "identity/keys.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"
#include "peer/listener.hpp"
#include "peer/path_finder.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

using namespace std::chrono_literals;

inline model::UserName user_name(const std::string& text) {
    return *model::UserName::parse(text);
}

class Net {
  public:
    explicit Net(Bound is_bound = Bound::yes)
        : bound(is_bound), network([this](std::function<void()> call) { loop.post(std::move(call)); }) {
        random.fill(founding);
    }
    void run(asio::awaitable<void> body) {
        std::vector<asio::awaitable<void>> bodies;
        bodies.push_back(std::move(body));
        run_all(std::move(bodies));
    }
    void run_all(std::vector<asio::awaitable<void>> bodies) {
        std::exception_ptr thrown;
        io::TaskGroup tasks(loop, [&](std::string_view, std::exception_ptr what) { thrown = what; });
        for (auto& body : bodies)
            tasks.spawn("test", std::move(body));
        const bool ended = loop.run_until([&] { return thrown || tasks.running() == 0; }, loop.now() + 1h);
        if (thrown) std::rethrow_exception(thrown);
        REQUIRE(ended);
    }
    model::PublicKey founding_key() const { return model::PublicKey{founding}; }

    Bound bound;
    base::ManualClock clock;
    io::VirtualLoop loop{clock};
    crypto::SeededRandom random{11};
    MemoryNetwork network;
    io::Pool pool{0, 16};
    ByteArray<32> founding{};
};

// A person with one device, listening at a host of that name.
class Side {
  public:
    Side(Net& in, const std::string& name, std::uint64_t serial = 1)
        : net(in),
          host(name),
          account(crypto::SigningKey::generate(net.random)),
          device_key(crypto::SigningKey::generate(net.random)),
          device(model::DeviceId{net.random.array<16>()}, *model::DeviceName::parse("box"),
                 identity::public_key(device_key)),
          list(*identity::DeviceList::make(user_name(name), net.founding_key(), serial, {device})),
          self(*home::Login::make(*model::ServerUrl::parse("memory://server"), net.founding_key(),
                                  user_name(name), identity::public_key(account), device.id,
                                  list.sign(account)),
               crypto::SigningKey{device_key.seed()}),
          dialer(net.loop, net.pool, plugins, {}),
          admission(net.loop, net.random, self) {
        plugins.add(std::make_unique<MemoryTransport>(net.network, host, net.bound));
        auto started = peer::Listener::start(dialer, admission, model::ListenUrl{"memory", host + ":5000"});
        REQUIRE(started);
        listener = std::move(*started);
    }

    model::Endpoint endpoint() const { return {"memory", host + ":5000"}; }
    // What a server says of this side.
    wire::pb::PeerDescription description() const {
        wire::pb::PeerDescription out;
        out.set_user(list.user().text());
        out.set_device("box");
        out.set_device_id(device.id.str());
        out.set_account_key(identity::public_key(account).str());
        out.set_device_list(wire::to_string(list.sign(account)));
        out.add_endpoints(endpoint().text());
        return out;
    }
    peer::Introduction introduced(const model::SessionId& session, const model::Ticket& ticket) const {
        auto made = peer::Introduction::parse(session, ticket, description(), net.founding_key());
        REQUIRE(made);
        return std::move(*made);
    }

    Net& net;
    std::string host;
    crypto::SigningKey account, device_key;
    identity::Device device;
    identity::DeviceList list;
    peer::Self self;
    plugin_host::PluginHost plugins{{}};
    rendezvous::Dialer dialer;
    peer::Admission admission;
    std::unique_ptr<peer::Listener> listener;
};

}  // namespace p2pc::testing
