#include "peer/introduction.hpp"

#include "fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using peer::Introduction;

namespace {

struct Known {
    Net net;
    Side bob{net, "bob", 3};
    Side eve{net, "eve"};
    model::SessionId session{net.random.array<16>()};
    model::Ticket ticket{net.random.array<32>()};

    Errc refused(const wire::pb::PeerDescription& description) {
        const auto parsed = Introduction::parse(session, ticket, description, net.founding_key());
        REQUIRE(!parsed);
        return parsed.error().code();
    }
    wire::pb::Hello hello() { return peer::hello_to_peer(bob.self, session); }
    Errc checked(const wire::pb::Hello& hello) {
        const auto list = bob.introduced(session, ticket).check(hello);
        REQUIRE(!list);
        return list.error().code();
    }
    std::string list_of(std::uint64_t serial, std::vector<identity::Device> devices,
                        const crypto::SigningKey& by) {
        auto list =
            identity::DeviceList::make(user_name("bob"), net.founding_key(), serial, std::move(devices));
        REQUIRE(list);
        return wire::to_string(list->sign(by));
    }
};

}  // namespace

TEST_CASE("an introduction is what the server said, once it fits together", "[peer][introduction]") {
    Known known;
    auto description = known.bob.description();
    description.set_same_address(true);
    description.add_endpoints("no endpoint");
    for (int i = 0; i < 100; ++i)
        description.add_endpoints("memory://bob:" + std::to_string(6000 + i));
    const auto parsed =
        Introduction::parse(known.session, known.ticket, description, known.net.founding_key());
    REQUIRE(parsed);
    CHECK(parsed->user().text() == "bob");
    CHECK(parsed->device().id == known.bob.device.id);
    CHECK(parsed->list().serial() == 3);
    CHECK(parsed->same_address());
    CHECK(parsed->endpoints().size() == 32);
    CHECK(parsed->endpoints()[1].text() == "memory://bob:6000");
}

TEST_CASE("words of the server that contradict themselves are no introduction", "[peer][introduction]") {
    Known known;
    auto description = known.bob.description();
    SECTION("no name") {
        description.set_user("Bob; rm -rf");
        CHECK(known.refused(description) == Errc::malformed);
    }
    SECTION("a short device id") {
        description.mutable_device_id()->pop_back();
        CHECK(known.refused(description) == Errc::malformed);
    }
    SECTION("a long account key") {
        description.mutable_account_key()->push_back('x');
        CHECK(known.refused(description) == Errc::malformed);
    }
    SECTION("no list") {
        description.clear_device_list();
        CHECK(known.refused(description) == Errc::malformed);
    }
    SECTION("a list cut short") {
        description.mutable_device_list()->pop_back();
        CHECK(known.refused(description) == Errc::identity);  // the signature is looked at first
    }
    SECTION("a list by another key") {
        description.set_account_key(identity::public_key(known.eve.account).str());
        CHECK(known.refused(description) == Errc::identity);
    }
    SECTION("another user's list") {
        description.set_user("carol");
        CHECK(known.refused(description) == Errc::identity);
    }
    SECTION("another server's list") {
        const auto parsed = Introduction::parse(known.session, known.ticket, description,
                                                identity::public_key(known.eve.account));
        REQUIRE(!parsed);
        CHECK(parsed.error().code() == Errc::identity);
    }
    SECTION("a device that is not in the list") {
        description.set_device_id(known.eve.device.id.str());
        CHECK(known.refused(description) == Errc::identity);
    }
}

TEST_CASE("a hello on the link is the one introduced, or nobody's", "[peer][introduction]") {
    Known known;
    auto hello = known.hello();
    REQUIRE(known.bob.introduced(known.session, known.ticket).check(hello));
    const identity::Device& box = known.bob.device;
    SECTION("another role") {
        hello.set_role(wire::pb::ROLE_SERVER);
    }
    SECTION("another session") {
        hello.set_session(model::SessionId{known.net.random.array<16>()}.str());
    }
    SECTION("a session cut short") {
        hello.mutable_session()->pop_back();
    }
    SECTION("no session") {
        hello.clear_session();
    }
    SECTION("another user") {
        hello.set_user("eve");
    }
    SECTION("another device") {
        hello.set_device_id(known.eve.device.id.str());
    }
    SECTION("another device key") {
        hello.set_key(identity::public_key(known.eve.device_key).str());
    }
    SECTION("the account key as device key") {
        hello.set_key(identity::public_key(known.bob.account).str());
    }
    SECTION("another account key") {
        hello.set_account_key(identity::public_key(known.eve.account).str());
    }
    SECTION("another person altogether") {
        hello = peer::hello_to_peer(known.eve.self, known.session);
    }
    SECTION("an older list, and a key that the newer one does not have for the device") {
        const identity::Device before{box.id, box.name, known.eve.device.key};
        hello.set_device_list(known.list_of(2, {before}, known.bob.account));
        hello.set_key(identity::public_key(known.eve.device_key).str());
    }
    SECTION("a newer list without the device") {
        hello.set_device_list(known.list_of(4, {known.eve.device}, known.bob.account));
    }
    SECTION("a newer list with another key for the device") {
        const identity::Device swapped{box.id, box.name, known.eve.device.key};
        hello.set_device_list(known.list_of(4, {swapped}, known.bob.account));
    }
    SECTION("a list signed by somebody else") {
        hello.set_device_list(known.list_of(4, {box}, known.eve.account));
    }
    CHECK(known.checked(hello) == Errc::identity);
}

TEST_CASE("a newer list that still has the device is taken", "[peer][introduction]") {
    Known known;
    auto hello = known.hello();
    const identity::Device more{known.eve.device.id, *model::DeviceName::parse("phone"),
                                known.eve.device.key};
    hello.set_device_list(known.list_of(9, {known.bob.device, more}, known.bob.account));
    const auto list = known.bob.introduced(known.session, known.ticket).check(hello);
    REQUIRE(list);
    CHECK(list->serial() == 9);
}

TEST_CASE("a device that was away may carry an older list; the newer one counts", "[peer][introduction]") {
    Known known;
    auto hello = known.hello();
    hello.set_device_list(known.list_of(2, {known.bob.device}, known.bob.account));
    const auto list = known.bob.introduced(known.session, known.ticket).check(hello);
    REQUIRE(list);
    CHECK(list->serial() == 3);
}
