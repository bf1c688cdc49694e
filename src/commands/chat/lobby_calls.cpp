// Calls of the lobby, in both directions.
#include <algorithm>

#include "commands/chat/lobby.hpp"
#include "commands/chat/question.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr Duration call_time = std::chrono::seconds{60};
constexpr Duration meeting_time = std::chrono::seconds{20};
// The first message on a new link is on its way already.
constexpr Duration first_word = std::chrono::seconds{10};
constexpr std::size_t most_visits = 16;

}  // namespace

// ---- out ----

void Lobby::call(model::PeerName who) {
    if (talk_ || calling_) {
        return room_.front.failed("not called",
                                  Error{Errc::conflict, "there is a conversation (/close ends it)"});
    }
    calling_ = who;
    room_.front.ringing(who);
    // Stopped when the program ends: until there is a session nobody else is concerned.
    input_.spawn("a call", call_out(std::move(who), ++attempt_));
}

asio::awaitable<void> Lobby::call_out(model::PeerName who, unsigned attempt) {
    auto session = co_await calls_.call(who, wire::pb::KIND_CHAT, room_.in(call_time));
    const bool wanted = attempt == attempt_ && !leaving_;
    if (!wanted) {
        if (session) tasks_.spawn("a call that was withdrawn", turn_down(std::move(*session)));
        co_return;
    }
    calling_.reset();
    if (session) {
        begin_talk(std::move(*session), Talk::Stage::inviting);
    } else {
        call_failed(session.error());
    }
    changed_.pulse();
}

void Lobby::call_failed(const Error& why) {
    const bool lobby = !options_.user || room_.front.answers(QuestionKind::call);
    if (lobby) return room_.front.failed("the call", why);
    finish(why);
}

void Lobby::begin_talk(std::unique_ptr<peer::Session> session, Talk::Stage stage) {
    room_.front.session_opened(*session);
    Talk::Owner& owner = *this;
    talk_ = std::make_shared<Talk>(room_, owner, std::move(session), stage);
    if (stage == Talk::Stage::open) talk_opened(*talk_);
    tasks_.spawn("a conversation", Talk::run(talk_));
    changed_.pulse();
}

void Lobby::talk_opened(Talk& talk) {
    room_.front.talk_began(talk.session());
    changed_.pulse();
}

void Lobby::talk_over(Talk& talk, const std::optional<Error>& why) {
    if (talk_.get() != &talk) return;
    const auto over = std::exchange(talk_, nullptr);
    changed_.pulse();
    auto end = why;
    if (!end && talk.texts_under_way() > 0)
        end = Error{Errc::interrupted, "the last messages were not taken"};
    room_.front.talk_ended(over->session(), end);
    // `chat USER` without a person has had its conversation.
    if (options_.user && !room_.front.answers(QuestionKind::call)) finish(std::move(end));
}

// ---- in ----

void Lobby::incoming_call(const wire::pb::IncomingCall& call) {
    auto caller = calls_.examine(call);
    if (caller && takes(*caller, call.kind()) && !leaving_) {
        ++arriving_;
        tasks_.spawn("an incoming call", take_call(std::move(caller->introduction), call.kind()));
        return;
    }
    if (!caller && caller.error().code() == Errc::identity)
        room_.front.failed("a call was refused", caller.error());
    const auto session = model::SessionId::from(as_bytes(call.session()));
    if (session) tasks_.spawn("passing a call", pass(*session));
}

bool Lobby::takes(const peer::Calls::Caller& caller, wire::pb::Kind kind) const {
    const auto& user = caller.introduction.user();
    const bool named = std::find(options_.from.begin(), options_.from.end(), user) != options_.from.end();
    if (!options_.from.empty() && !named) return false;
    const bool asked =
        room_.front.answers(kind == wire::pb::KIND_CHAT ? QuestionKind::call : QuestionKind::offer);
    const bool known = named || caller.trust != identity::Trust::fresh;
    if (kind == wire::pb::KIND_CHAT) {
        if (!asked) return known && !talk_ && !calling_ && arriving_ == 0 && !options_.user;
        return desk_.waiting() + arriving_ < Desk::most_questions;
    }
    if (visits_.size() + arriving_ >= most_visits) return false;
    // A message needs no answer; whom nobody is asked about must be known.
    return room_.front.answers(QuestionKind::call) || known;
}

asio::awaitable<void> Lobby::pass(model::SessionId session) {
    co_await calls_.pass(session);
}

asio::awaitable<void> Lobby::take_call(peer::Introduction introduction, wire::pb::Kind kind) {
    const auto user = introduction.user();
    auto session = co_await calls_.answer(std::move(introduction), room_.in(meeting_time));
    if (!session || kind != wire::pb::KIND_CHAT) --arriving_;
    if (!session) {
        room_.front.failed("a call from " + user.text(), session.error());
        co_return;
    }
    if (kind == wire::pb::KIND_CHAT) {
        co_await receive_call(std::move(*session));
        co_return;
    }
    room_.front.session_opened(**session);
    const auto visit = std::make_shared<Visit>(room_, std::move(*session));
    if (leaving_) tasks_.spawn("leaving a visit", Visit::leave(visit));
    visits_.insert(visit);
    co_await Visit::run(visit);
    visits_.erase(visit);
}

asio::awaitable<void> Lobby::receive_call(std::unique_ptr<peer::Session> session) {
    auto frame = co_await session->link().read(room_.in(first_word));
    --arriving_;
    bool invited = false;
    if (frame && frame->type() == wire::FrameType::control) {
        const auto message = wire::parse_peer(frame->body());
        invited = message && message->has_invite() && !leaving_;
    }
    auto verdict = Verdict(Verdict::Kind::gone, 0);
    if (invited && room_.front.answers(QuestionKind::call)) {
        const std::function<void(Number)> announce = [this, &session](Number number) {
            room_.front.call_came(number, *session);
        };
        verdict = co_await ask_person(room_, QuestionKind::call, *session, session->link(), announce);
    } else if (invited) {
        // takes() has judged the caller.
        verdict = Verdict(Verdict::Kind::accepted, desk_.new_number());
        room_.front.call_came(verdict.number, *session);
    }
    const bool taken = verdict.kind == Verdict::Kind::accepted && !talk_ && !leaving_;
    if (!taken) {
        co_await turn_down(std::move(session));
        co_return;
    }
    wire::pb::PeerMessage answer;
    answer.mutable_invite_answer()->set_accepted(true);
    [[maybe_unused]] const auto sent = session->send(answer);
    begin_talk(std::move(session), Talk::Stage::open);
}

// Says no, as far as anybody listens, and reports it.
asio::awaitable<void> Lobby::turn_down(std::unique_ptr<peer::Session> session) {
    if (session->role() == peer::CallRole::callee) {
        wire::pb::PeerMessage answer;
        answer.mutable_invite_answer()->set_accepted(false);
        [[maybe_unused]] const auto sent = session->send(answer);
    }
    co_await session->close(room_.in(farewell));
    const auto reason =
        session->role() == peer::CallRole::callee ? model::EndReason::refused : model::EndReason::closed;
    auto report = session->report(reason, room_.loop.clock().wall());
    co_await online_.session_ended(std::move(report));
}

}  // namespace p2pc::commands::chat
