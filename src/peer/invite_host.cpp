#include "peer/invite_host.hpp"

#include "base/filter.hpp"

namespace p2pc::peer {
namespace {

constexpr Duration answer_time = std::chrono::seconds{30};

}  // namespace

InviteHost::InviteHost(io::Loop& loop, crypto::Random& random, const Self& self, home::Pins& pins,
                       rendezvous::Online& online, Calls& calls, const identity::InviteCode& code,
                       InviteRules rules)
    : loop_(loop),
      random_(random),
      self_(self),
      pins_(pins),
      online_(online),
      calls_(calls),
      code_(code),
      rules_(std::move(rules)),
      over_(loop),
      free_(loop),
      tasks_(loop, [this](std::string_view, std::exception_ptr) {
          end(Error{Errc::internal, "a task failed"});
      }) {
    free_.set();
}

asio::awaitable<Result<identity::Pin>> InviteHost::run(Deadline until) {
    auto over = co_await over_.wait(until);
    if (!over) over = co_await free_.wait();
    settle(Error{Errc::peer_offline, "nobody came with the code"});
    // A session under way is still reported.
    if (session_ == nullptr) tasks_.stop();
    co_await tasks_.join();
    co_return *result_;
}

void InviteHost::end(Error why) {
    settle(std::move(why));
    if (session_ != nullptr) session_->link().abort();
}

void InviteHost::settle(Result<identity::Pin> result) {
    if (!result_) result_ = std::move(result);
    over_.set();
}

void InviteHost::incoming_call(const wire::pb::IncomingCall& call) {
    tasks_.spawn("incoming call", judge(call));
}

//   Errc::identity   somebody who is known here comes as somebody else
//   anything else    they are passed over
Result<Introduction> InviteHost::admit(const wire::pb::IncomingCall& call) const {
    const auto user = model::UserName::parse(call.peer().user());
    if (!user) return Errc::malformed;
    if (call.kind() != wire::pb::KIND_INVITE || *user == self_.login().user()) return Errc::unsupported;
    if (rules_.only && *user != *rules_.only) return Error{Errc::refused, "the invite is not for them"};
    if (busy_) return Error{Errc::busy, "somebody else is there"};
    auto caller = calls_.examine(call);
    if (caller) return std::move(caller->introduction);
    const auto pin = pins_.find(self_.login().founding_key(), *user);
    const bool known = pin && *pin;
    if (caller.error().code() == Errc::identity && !known)
        return Error{Errc::malformed, "what the server says"};
    return caller.error();
}

asio::awaitable<void> InviteHost::judge(wire::pb::IncomingCall call) {
    if (result_) co_return;
    auto introduction = admit(call);
    if (introduction) {
        busy_ = true;
        free_.reset();
        co_await serve(std::move(*introduction));
        busy_ = false;
        free_.set();
        co_return;
    }
    const auto& why = introduction.error();
    if (why.code() != Errc::unsupported) {
        rules_.notice(base::escape_line(call.peer().user()) + " was passed over: " + describe(why));
    }
    const auto session = model::SessionId::from(as_bytes(call.session()));
    if (session) co_await calls_.pass(*session);
    if (why.code() == Errc::identity) settle(why);
}

asio::awaitable<void> InviteHost::serve(Introduction introduction) {
    const auto name = introduction.user().text();
    auto made = co_await calls_.answer(std::move(introduction), loop_.now() + answer_time);
    if (!made) {
        rules_.notice(name + " came, and could not be reached: " + describe(made.error()));
        co_return;
    }
    session_ = made->get();
    auto verified = co_await verify_by_code(loop_, random_, pins_, *session_, code_);
    auto reason = model::EndReason::lost;
    if (verified) {
        reason = model::EndReason::closed;
        co_await session_->close(loop_.now() + code_message_time);
    }
    auto report = session_->report(reason, loop_.clock().wall());
    co_await online_.last_session_ended(std::move(report));
    session_ = nullptr;
    if (!verified && verified.error().code() == Errc::closed) {
        rules_.notice(name + " came, and went without a word about the code");
        co_return;
    }
    settle(std::move(verified));
}

}  // namespace p2pc::peer
