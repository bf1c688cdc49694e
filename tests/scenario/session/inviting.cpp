#include "scenario/session/inviting.hpp"

namespace p2pc::testing {

identity::InviteCode code_of(std::string_view text) {
    auto code = identity::InviteCode::parse(text);
    INFO(text);
    REQUIRE(code);
    return std::move(*code);
}

namespace {

asio::awaitable<void> feed(Person& who, peer::InviteHost& host) {
    for (;;) {
        auto call = co_await who.incoming.pop(never);
        if (!call) co_return;
        host.incoming_call(*call);
    }
}

}  // namespace

asio::awaitable<void> wait_with(Person& who, Invite invite, Verified& out) {
    auto& world = who.world;
    who.calls().set_pinning(peer::Calls::Pinning::later);
    peer::InviteRules rules;
    if (invite.only) rules.only = *model::UserName::parse(*invite.only);
    rules.notice = [](const std::string&) {};
    const auto code = code_of(invite.code);
    peer::InviteHost host(world.loop, world.random, *who.self, who.pins, who.online_link(), who.calls(), code,
                          std::move(rules));
    io::TaskGroup feeding(world.loop, [](std::string_view, std::exception_ptr) {});
    feeding.spawn("calls", feed(who, host));
    auto result = co_await host.run(world.loop.now() + invite.time);
    out.emplace(std::move(result));
    feeding.stop();
    co_await feeding.join();
}

asio::awaitable<void> type(Person& who, std::string whom, std::string_view code, Typed& out) {
    auto& world = who.world;
    who.calls().set_pinning(peer::Calls::Pinning::later);
    const auto typed = code_of(code);
    auto session = co_await who.call(whom, wire::pb::KIND_INVITE);
    if (!session) {
        out.result.emplace(session.error());
        co_return;
    }
    auto pin = co_await peer::verify_by_code(world.loop, world.random, who.pins, **session, typed);
    if (pin) out.too = co_await peer::other_side_verified(world.loop, **session);
    out.result.emplace(std::move(pin));
    co_await hang_up(who, **session, model::EndReason::closed);
}

std::optional<identity::Pin> pin_at(Person& who, const std::string& user) {
    const auto pin = who.pins.find(who.world.founding_key, *model::UserName::parse(user));
    REQUIRE(pin);
    return *pin;
}

}  // namespace p2pc::testing
