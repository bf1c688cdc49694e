#include "peer/admission.hpp"

#include <utility>

#include "identity/keys.hpp"
#include "peer/lane_order.hpp"

namespace p2pc::peer {
namespace {

constexpr Duration ticket_time = std::chrono::seconds{60};
// Proven and not yet taken: those that waited for the first link all come in the moment it is chosen.
constexpr std::size_t most_links = LaneOrder::most_lanes;

}  // namespace

wire::pb::Hello hello_to_peer(const Self& self, const model::SessionId& session) {
    auto hello = channel::hello_of(wire::pb::ROLE_PEER);
    const auto& login = self.login();
    hello.set_user(login.user().text());
    hello.set_device_id(login.device().id.str());
    hello.set_key(identity::public_key(self.device_key()).str());
    hello.set_account_key(login.account_key().str());
    hello.set_device_list(wire::to_string(login.signed_list()));
    hello.set_session(session.str());
    return hello;
}

channel::ChannelLimits peer_limits() {
    channel::ChannelLimits limits;
    limits.beat = std::chrono::seconds{5};
    limits.dead = std::chrono::seconds{30};
    return limits;
}

Admission::Expected::Expected(Admission& admission, Introduction introduction)
    : admission_(admission),
      introduction_(std::move(introduction)),
      until_(admission.loop_.now() + ticket_time),
      settled_(admission.loop_),
      arrived_(admission.loop_, most_links) {
    admission_.expected_[introduction_.session()] = this;
}

Admission::Expected::~Expected() {
    admission_.expected_.erase(introduction_.session());
}

void Admission::revoke(const model::SessionId& session) {
    const auto found = expected_.find(session);
    if (found == expected_.end() || found->second->revoked()) return;
    Expected& expected = *found->second;
    expected.cord_.pull();
    expected.arrived_.close();
    while (expected.arrived_.try_pop()) {
    }
    if (expected.revoked_call_) std::exchange(expected.revoked_call_, nullptr)();
}

Admission::Expected* Admission::find(const wire::pb::Hello& hello) {
    const auto session = model::SessionId::from(as_bytes(hello.session()));
    if (!session) return nullptr;
    const auto found = expected_.find(*session);
    if (found == expected_.end()) return nullptr;
    Expected& expected = *found->second;
    if (expected.revoked()) return nullptr;
    const bool settled = expected.settled_.is_set();
    if (hello.use() == wire::pb::LINK_BULK) return settled ? &expected : nullptr;
    if (settled || loop_.now() > expected.until_) return nullptr;
    const bool ticket_fits =
        crypto::same_secret(as_bytes(hello.ticket()), expected.introduction_.ticket().view());
    return ticket_fits ? &expected : nullptr;
}

// The caller says which link it chose and opens others in one breath: over another connection that may be
// here first. Whoever is not the one introduced is not kept.
asio::awaitable<bool> Admission::await_first(wire::pb::Hello hello, Deadline by) {
    if (hello.use() != wire::pb::LINK_BULK) co_return true;
    const auto session = model::SessionId::from(as_bytes(hello.session()));
    if (!session) co_return false;
    const auto found = expected_.find(*session);
    if (found == expected_.end() || !found->second->introduction_.check(hello)) co_return false;
    auto settled = co_await found->second->settled_.wait(by);
    co_return settled.ok();
}

asio::awaitable<void> Admission::serve(std::unique_ptr<transport::Stream> stream) {
    const Deadline by = loop_.now() + channel::handshake_time;
    channel::Accepting accepting(loop_, std::make_unique<io::Connection>(loop_, std::move(stream)), random_);
    auto hello = co_await accepting.hello(by);
    if (!hello) co_return;
    auto first = co_await await_first(*hello, by);
    if (!first) co_return;
    Expected* expected = find(*hello);
    if (expected == nullptr) co_return;
    auto list = expected->introduction_.check(*hello);
    if (!list) co_return;
    const auto session = expected->introduction_.session();
    auto proof = co_await accepting.proof(by);
    if (!proof) co_return;
    // The session may have ended, or been settled, meanwhile.
    expected = find(*hello);
    if (expected == nullptr) co_return;
    const auto answered = accepting.answer(hello_to_peer(self_, session), self_.device_key());
    if (!answered) co_return;
    const auto name = accepting.link_name();
    auto proven = std::move(accepting).take(wire::Phase::peer_link);
    proven->set_limits(peer_limits());
    expected->cord_.tie(*proven);
    // A full queue drops it: whoever opens so many links of one session does not need them.
    [[maybe_unused]] const bool taken =
        expected->arrived_.push(ProvenChannel{std::move(proven), name, std::move(*list), false});
}

asio::awaitable<Result<ProvenChannel>> dial_peer(rendezvous::Dialer& dialer, crypto::Random& random,
                                                 const Self& self, const Introduction& introduction,
                                                 wire::pb::LinkUse use, model::Endpoint endpoint,
                                                 Deadline by) {
    auto dialled = co_await dialer.dial_candidate(std::move(endpoint), by);
    if (!dialled) co_return dialled.error();
    auto connection = std::move(*dialled).take();
    auto proven = co_await prove_peer(dialer, random, self, introduction, use, std::move(connection), by);
    co_return proven;
}

asio::awaitable<Result<ProvenChannel>> prove_peer(rendezvous::Dialer& dialer, crypto::Random& random,
                                                  const Self& self, const Introduction& introduction,
                                                  wire::pb::LinkUse use,
                                                  std::unique_ptr<io::Connection> connection, Deadline by) {
    channel::Opening opening(dialer.loop(), std::move(connection), random);
    auto hello = hello_to_peer(self, introduction.session());
    hello.set_use(use);
    if (use == wire::pb::LINK_FIRST) hello.set_ticket(introduction.ticket().str());
    std::vector<Bytes> nothing;
    auto started = co_await opening.start(std::move(hello), &self.device_key(), std::move(nothing), by);
    if (!started) co_return started.error();
    auto answer = co_await opening.answer(by);
    if (!answer) co_return answer.error();
    auto list = introduction.check(*answer);
    if (!list) co_return list.error();
    const auto name = opening.link_name();
    auto proven = std::move(opening).take(wire::Phase::peer_link);
    proven->set_limits(peer_limits());
    co_return ProvenChannel{std::move(proven), name, std::move(*list), true};
}

}  // namespace p2pc::peer
