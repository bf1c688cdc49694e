#include <catch2/catch.hpp>

#include "directory/call_choice.hpp"
#include "directory/presence_board.hpp"
#include "directory/replies.hpp"

using namespace p2pc;
using namespace p2pc::directory;
using namespace std::chrono_literals;

namespace {

model::DeviceName named(const char* text) {
    return *model::DeviceName::parse(text);
}

Instance instance(std::uint64_t id, const char* user, const char* device, Program program,
                  std::vector<std::string> endpoints = {}, std::uint64_t serial = 1) {
    auto card = std::make_shared<const AccountCard>(model::PublicKey{}, serial, Bytes(serial));
    Instance made{InstanceId{id}, *model::UserName::parse(user), model::DeviceId{}, named(device), card, "h"};
    made.program = program;
    made.endpoints = std::move(endpoints);
    return made;
}

struct Board {
    Board() {
        board.watch([this](const UserView& user) { changes.push_back(user); });
    }
    base::ManualClock clock;
    std::vector<UserView> changes;
    PresenceBoard board{clock, [](InstanceId, const Bytes&) { return true; }};
    model::UserName bob = *model::UserName::parse("bob");
};

std::vector<std::uint64_t> order(const std::vector<Instance>& instances, CallKind kind,
                                 std::optional<model::DeviceName> device = std::nullopt,
                                 std::uint64_t caller = 99, std::set<InstanceId> talking = {}) {
    std::vector<std::uint64_t> ids;
    for (const auto id : choose(instances, kind, device, InstanceId{caller}, talking))
        ids.push_back(id.value());
    return ids;
}

}  // namespace

TEST_CASE("a view merges the endpoints of a device's instances and shows online devices only",
          "[directory][presence]") {
    Board b;
    b.board.announce(instance(1, "bob", "box", Program::chat, {"m://1", "m://2"}));
    b.board.announce(instance(2, "bob", "box", Program::receive, {"m://2", "m://3"}));
    b.board.announce(instance(3, "bob", "cron", Program::none, {"m://4"}));
    const auto view = b.board.view_of(b.bob);
    REQUIRE(view);
    REQUIRE(view->devices.size() == 1);
    CHECK(view->devices[0].endpoints == std::vector<std::string>{"m://2", "m://3", "m://1"});
}

TEST_CASE("a device shows eight endpoints at most, those of its newest instance first",
          "[directory][presence]") {
    Board b;
    for (std::uint64_t i = 1; i <= 9; ++i) {
        b.board.announce(instance(i, "bob", "box", Program::chat, {"m://" + std::to_string(i)}));
    }
    const auto view = b.board.view_of(b.bob);
    CHECK(view->devices[0].endpoints.size() == max_endpoints);
    CHECK(view->devices[0].endpoints.front() == "m://9");
}

TEST_CASE("a change is told when others would see it, and not otherwise", "[directory][presence]") {
    Board b;
    b.board.announce(instance(1, "bob", "box", Program::none));
    CHECK(b.changes.empty());
    b.board.announce(instance(1, "bob", "box", Program::chat, {"m://1"}));
    REQUIRE(b.changes.size() == 1);
    CHECK(b.changes.back().online());
    const auto since = b.changes.back().since;
    b.board.announce(instance(1, "bob", "box", Program::chat, {"m://1"}));
    CHECK(b.changes.size() == 1);
    b.clock.advance(1h);
    b.board.announce(instance(2, "bob", "box", Program::receive, {"m://2"}));
    REQUIRE(b.changes.size() == 2);
    CHECK(b.changes.back().since == since);
    b.board.withdraw(InstanceId{1});
    b.board.withdraw(InstanceId{2});
    b.board.withdraw(InstanceId{2});
    REQUIRE(b.changes.size() == 4);
    CHECK(!b.changes.back().online());
    CHECK(b.board.size() == 0);
    CHECK(!b.board.view_of(b.bob));
}

TEST_CASE("the newest device list is that of all the account's instances", "[directory][presence]") {
    Board b;
    b.board.announce(instance(1, "bob", "box", Program::chat, {}, 5));
    b.board.announce(instance(2, "bob", "phone", Program::chat, {}, 6));
    CHECK(b.board.find(InstanceId{1})->account->list_serial == 6);
    b.board.announce(instance(3, "bob", "old", Program::chat, {}, 4));
    CHECK(b.board.find(InstanceId{3})->account->list_serial == 6);
}

TEST_CASE("a signal to an instance that is not there says gone", "[directory][presence]") {
    Board b;
    b.board.announce(instance(1, "bob", "box", Program::none));
    std::vector<Delivery> told;
    b.board.signal(InstanceId{1}, {}, [&](Delivery d) { told.push_back(d); });
    b.board.signal(InstanceId{2}, {}, [&](Delivery d) { told.push_back(d); });
    CHECK(told == std::vector{Delivery::delivered, Delivery::gone});
}

TEST_CASE("whoever waits with an invite is not online for that", "[directory][presence]") {
    Board b;
    b.board.announce(instance(1, "bob", "box", Program::invite, {"m://1"}));
    CHECK(b.changes.empty());
    CHECK(!b.board.view_of(b.bob)->online());
    CHECK(b.board.view_of(b.bob)->devices.empty());
    b.board.announce(instance(2, "bob", "box", Program::receive, {"m://2"}));
    REQUIRE(b.board.view_of(b.bob)->online());
    CHECK(b.board.view_of(b.bob)->devices[0].endpoints == std::vector<std::string>{"m://2"});
}

TEST_CASE("who is asked, and in which order", "[directory][call_choice]") {
    // Newest first, as the board gives them.
    const std::vector<Instance> bobs{
        instance(7, "bob", "box", Program::invite),    instance(6, "bob", "laptop", Program::invite),
        instance(5, "bob", "box", Program::none),      instance(4, "bob", "laptop", Program::chat),
        instance(3, "bob", "box", Program::receive),   instance(2, "bob", "box", Program::chat),
        instance(1, "bob", "laptop", Program::receive)};
    using Ids = std::vector<std::uint64_t>;
    CHECK(order(bobs, CallKind::files) == Ids{3, 1, 4, 2});
    CHECK(order(bobs, CallKind::chat) == Ids{4, 2});
    CHECK(order(bobs, CallKind::message) == Ids{4, 2, 3, 1});
    CHECK(order(bobs, CallKind::message, {}, 99, {InstanceId{1}, InstanceId{2}}) == Ids{2, 1, 4, 3});
    CHECK(order(bobs, CallKind::files, named("laptop")) == Ids{1, 4});
    CHECK(order(bobs, CallKind::files, named("phone")) == Ids{});
    CHECK(order(bobs, CallKind::invite) == Ids{7, 6});
    CHECK(order(bobs, CallKind::invite, named("laptop")) == Ids{6});
    CHECK(order(bobs, CallKind::message, {}, 99, {InstanceId{5}, InstanceId{7}}) == Ids{4, 2, 3, 1});
    // Oneself from another device or process, never the very instance that calls.
    CHECK(order(bobs, CallKind::chat, {}, 4) == Ids{2});
}

TEST_CASE("the longest user there can be still fits in one frame", "[directory][replies]") {
    UserView user{*model::UserName::parse(std::string(32, 'u')),
                  model::PublicKey{ByteArray<32>{std::byte{1}}}};
    user.since = WallTime{1ms};
    for (int i = 0; i < 32; ++i) {
        OnlineDevice device{named((std::string(30, 'd') + std::to_string(10 + i)).c_str()), {}};
        for (std::size_t k = 0; k < max_endpoints; ++k)
            device.endpoints.emplace_back(200, 'e');
        user.devices.push_back(device);
    }
    const std::vector<wire::pb::User> users{to_message(user), to_message(user)};
    const auto frames = users_frames(UINT64_MAX, users);
    REQUIRE(frames.size() == 2);
    for (const auto& frame : frames)
        CHECK(wire::parse_header(frame, wire::Phase::server_link));
    CHECK(users_frames(1, {}).size() == 1);
}
