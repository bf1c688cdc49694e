#include "peer/calls.hpp"

namespace p2pc::peer {
namespace {

constexpr Duration path_time = std::chrono::seconds{10};
// An instance has 10 s to answer, and there may be several to ask.
constexpr Duration call_time = std::chrono::seconds{40};

}  // namespace

Calls::Calls(rendezvous::SignInContext& context, const Self& self, home::Pins& pins,
             rendezvous::Online& online, PrivateRanges private_ranges)
    : context_(context),
      self_(self),
      pins_(pins),
      online_(online),
      private_ranges_(private_ranges),
      admission_(context.dialer.loop(), context.random, self) {}

Status Calls::listen(const model::ListenUrl& at) {
    auto started = Listener::start(context_.dialer, admission_, at);
    if (!started) return started.error();
    listener_ = std::move(*started);
    return {};
}

std::vector<model::Endpoint> Calls::endpoints(transport::Reach server, const std::string& observed) const {
    if (!listener_) return {};
    return listener_->endpoints(server, observed);
}

Result<identity::Trust> Calls::stands(const Introduction& introduction, std::uint64_t list_serial) const {
    const auto pin = pins_.find(self_.login().founding_key(), introduction.user());
    if (!pin) return pin.error();
    const auto verdict = identity::judge(*pin, introduction.account_key(), list_serial);
    const auto admitted = identity::admit(verdict, introduction.user());
    if (!admitted) return admitted.error();
    return identity::trust_in(*pin, introduction.account_key());
}

Result<identity::Trust> Calls::meets(const Introduction& introduction, std::uint64_t list_serial,
                                     WallTime now) {
    if (pinning_ == Pinning::later) return stands(introduction, list_serial);
    return pins_.meet(self_.login().founding_key(), introduction.user(), introduction.account_key(),
                      list_serial, now);
}

rendezvous::ClientMessage Calls::request(const model::PeerName& who, wire::pb::Kind kind,
                                         transport::Reach server) const {
    rendezvous::ClientMessage request;
    auto* const call = request.mutable_call();
    call->set_user(who.user().text());
    if (who.device()) call->set_device(who.device()->text());
    call->set_kind(kind);
    for (const auto& endpoint : endpoints(server, ""))
        call->add_endpoints(endpoint.text());
    if (const auto seen = listener_ ? listener_->seen(server) : std::nullopt) {
        call->set_seen_scheme(seen->scheme);
        call->set_seen_port(seen->port);
    }
    return request;
}

asio::awaitable<Result<std::unique_ptr<Session>>> Calls::call(model::PeerName who, wire::pb::Kind kind,
                                                              Deadline by) {
    auto asked = request(who, kind, online_.reach());
    auto reply =
        co_await online_.ask(std::move(asked), std::min(by, context_.dialer.loop().now() + call_time));
    auto session = co_await take_up(std::move(who), std::move(reply), by);
    co_return session;
}

asio::awaitable<Result<std::unique_ptr<Session>>> Calls::call_ahead(model::PeerName who, Deadline by) {
    auto reply = co_await online_.answer_ahead(std::min(by, context_.dialer.loop().now() + call_time));
    auto session = co_await take_up(std::move(who), std::move(reply), by);
    co_return session;
}

asio::awaitable<Result<std::unique_ptr<Session>>> Calls::take_up(model::PeerName who,
                                                                 Result<rendezvous::ServerMessage> reply,
                                                                 Deadline by) {
    if (!reply) co_return reply.error();
    if (!reply->has_call_opened()) co_return Error{Errc::malformed, "the server's answer to a call"};
    const auto& opened = reply->call_opened();
    const auto session = model::SessionId::from(as_bytes(opened.session()));
    if (!session) co_return session.error();
    const auto ticket = model::Ticket::from(as_bytes(opened.ticket()));
    if (!ticket) co_return ticket.error();
    online_.session_up(*session);

    auto introduction = Introduction::parse(*session, *ticket, opened.peer(), self_.login().founding_key());
    Status fits = introduction ? Status{} : Status{introduction.error()};
    if (introduction && introduction->user() != who.user())
        fits = Error{Errc::identity, "another user was introduced"};
    if (fits) {
        const auto trust = stands(*introduction, introduction->list().serial());
        if (!trust) fits = trust.error();
    }
    Result<std::unique_ptr<Session>> made{Errc::internal};
    if (fits) {
        auto expected = std::make_unique<Admission::Expected>(admission_, std::move(*introduction));
        made = co_await meet(std::move(expected), CallRole::caller, by);
    } else {
        made = fits.error();
    }
    if (!made) co_await report_lost(*session);
    co_return made;
}

asio::awaitable<void> Calls::report_lost(model::SessionId session) {
    home::Report report{session,
                        self_.login().device().id,
                        model::EndReason::lost,
                        ByteCount{0},
                        ByteCount{0},
                        "",
                        context_.dialer.loop().clock().wall()};
    co_await online_.session_ended(std::move(report));
}

asio::awaitable<Result<std::unique_ptr<Session>>> Calls::meet(std::unique_ptr<Admission::Expected> expected,
                                                              CallRole role, Deadline by) {
    const auto& introduction = expected->introduction();
    CandidateRules rules;
    rules.server = online_.reach();
    rules.same_address = introduction.same_address();
    rules.private_ranges = private_ranges_;
    auto candidates = usable(introduction.endpoints(), rules, context_.dialer);
    const Deadline until = std::min(by, context_.dialer.loop().now() + path_time);
    std::unique_ptr<Spares> spares;
    if (role == CallRole::caller && spares_ > 0 && !candidates.empty())
        spares = std::make_unique<Spares>(context_.dialer, candidates.front(), spares_, until);
    auto first =
        co_await find_path(context_.dialer, context_.random, self_, *expected, role, candidates, until);
    if (!first) co_return first.error();
    const auto now = context_.dialer.loop().clock().wall();
    const auto trust = meets(introduction, first->peer_list.serial(), now);
    if (!trust) co_return trust.error();
    auto session = std::make_unique<Session>(context_.dialer, context_.random, self_, std::move(expected),
                                             role, std::move(*first), *trust, std::move(candidates), now);
    session->set_spares(std::move(spares));
    co_return session;
}

Result<Calls::Caller> Calls::examine(const wire::pb::IncomingCall& call) const {
    const auto session = model::SessionId::from(as_bytes(call.session()));
    if (!session) return session.error();
    const auto ticket = model::Ticket::from(as_bytes(call.ticket()));
    if (!ticket) return ticket.error();
    auto introduction = Introduction::parse(*session, *ticket, call.peer(), self_.login().founding_key());
    if (!introduction) return introduction.error();
    const auto trust = stands(*introduction, introduction->list().serial());
    if (!trust) return trust.error();
    return Caller{std::move(*introduction), *trust};
}

asio::awaitable<Result<std::unique_ptr<Session>>> Calls::answer(Introduction introduction, Deadline by) {
    const auto session = introduction.session();
    // Expected before the server is told: the caller may dial the moment it hears.
    auto expected = std::make_unique<Admission::Expected>(admission_, std::move(introduction));
    rendezvous::ClientMessage take;
    take.mutable_call_answer()->set_session(session.str());
    take.mutable_call_answer()->set_take(true);
    for (const auto& endpoint : endpoints(online_.reach(), online_.observed())) {
        take.mutable_call_answer()->add_endpoints(endpoint.text());
    }
    auto done = co_await online_.ask(std::move(take), by);
    if (!done) co_return done.error();
    online_.session_up(session);
    auto made = co_await meet(std::move(expected), CallRole::callee, by);
    if (!made) co_await report_lost(session);
    co_return made;
}

asio::awaitable<void> Calls::pass(model::SessionId session) {
    rendezvous::ClientMessage message;
    message.mutable_call_answer()->set_session(session.str());
    auto done =
        co_await online_.ask(std::move(message), context_.dialer.loop().now() + rendezvous::reply_time);
    static_cast<void>(done);  // no answer is a pass as well
}

}  // namespace p2pc::peer
