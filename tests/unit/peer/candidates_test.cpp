// The rules of docs/protocol.md, "Candidates", row by row.
#include "peer/candidates.hpp"

#include "fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using peer::CandidateRules;
using peer::PrivateRanges;
using transport::Reach;

namespace {

struct Hosts {
    explicit Hosts(rendezvous::PlainTransports plain = rendezvous::PlainTransports::loopback_only)
        : dialer(net.loop, net.pool, plugins, {.tls_ca = std::nullopt, .plain = plain}) {
        plugins.add(std::make_unique<MemoryTransport>(net.network, "here", Bound::yes));
        plugins.add(std::make_unique<MemoryTransport>(net.network, "here", Bound::no, "plain"));
        net.network.set_reach("loop", Reach::loopback);
        net.network.set_reach("private", Reach::private_range);
        net.network.set_reach("global", Reach::global);
        net.network.set_reach("never", Reach::never);
    }
    bool takes(const std::string& text, const CandidateRules& rules) {
        const auto endpoint = model::Endpoint::parse(text);
        REQUIRE(endpoint);
        return peer::usable({*endpoint}, rules, dialer).size() == 1;
    }
    Net net;
    plugin_host::PluginHost plugins{{}};
    rendezvous::Dialer dialer;
};

CandidateRules rules(Reach server, bool same_address = false,
                     PrivateRanges ranges = PrivateRanges::only_same_address) {
    CandidateRules made;
    made.server = server;
    made.same_address = same_address;
    made.private_ranges = ranges;
    return made;
}

}  // namespace

TEST_CASE("a candidate is dialled exactly where the rules allow it", "[peer][candidates]") {
    Hosts hosts;
    const auto far = rules(Reach::global);
    struct Row {
        const char* endpoint;
        CandidateRules rules;
        bool taken;
    };
    const Row rows[] = {
        {"memory://loop:5000", rules(Reach::loopback), true},
        {"memory://loop:5000", far, false},
        {"memory://loop:5000", rules(Reach::private_range), false},
        {"memory://loop:5000", rules(Reach::global, true, PrivateRanges::allowed), false},
        {"memory://private:5000", far, false},
        {"memory://private:5000", rules(Reach::loopback), false},
        {"memory://private:5000", rules(Reach::global, true), true},
        {"memory://private:5000", rules(Reach::global, false, PrivateRanges::allowed), true},
        {"memory://global:5000", far, true},
        {"memory://global:5000", rules(Reach::loopback), true},
        {"memory://never:5000", far, false},
        {"memory://never:5000", rules(Reach::loopback, true, PrivateRanges::allowed), false},
        {"memory://global:1", far, false},
        {"memory://global:1023", far, false},
        {"memory://global:1024", far, true},
        {"memory://global:65535", far, true},
        {"memory://global", far, true},  // a transport without ports
        {"memory://global:99999", far, false},
        {"memory://global:x", far, false},
        {"plain://global:5000", far, false},
        {"plain://loop:5000", rules(Reach::loopback), true},
        {"nowhere://global:5000", far, false},
    };
    for (const auto& row : rows) {
        INFO(row.endpoint << " with the server at " << static_cast<int>(row.rules.server));
        CHECK(hosts.takes(row.endpoint, row.rules) == row.taken);
    }
}

TEST_CASE("with --insecure-plain an unbound transport is dialled like a bound one", "[peer][candidates]") {
    Hosts hosts(rendezvous::PlainTransports::allowed);
    CHECK(hosts.takes("plain://global:5000", rules(Reach::global)));
    CHECK_FALSE(hosts.takes("plain://private:5000", rules(Reach::global)));
    CHECK_FALSE(hosts.takes("plain://global:1023", rules(Reach::global)));
}

TEST_CASE("at most eight candidates are taken, in order, each once, and refused ones cost no place",
          "[peer][candidates]") {
    Hosts hosts;
    std::vector<model::Endpoint> offered;
    for (int i = 0; i < 12; ++i) {
        offered.emplace_back("memory", "never:5000");
        offered.emplace_back("memory", "global:" + std::to_string(5000 + i));
        offered.emplace_back("memory", "global:5000");
    }
    const auto taken = peer::usable(offered, rules(Reach::global), hosts.dialer);
    REQUIRE(taken.size() == 8);
    for (std::size_t i = 0; i < taken.size(); ++i)
        CHECK(taken[i].text() == "memory://global:" + std::to_string(5000 + i));
}
