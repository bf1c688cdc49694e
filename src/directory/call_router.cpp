#include "directory/call_router.hpp"

#include "directory/replies.hpp"

namespace p2pc::directory {
namespace {

bool same_address(const Instance& one, const Instance& other) {
    return !one.observed.empty() && one.observed == other.observed;
}

wire::pb::Kind to_message(CallKind kind) {
    switch (kind) {
        case CallKind::chat:
            return wire::pb::KIND_CHAT;
        case CallKind::files:
            return wire::pb::KIND_FILES;
        case CallKind::message:
            return wire::pb::KIND_MESSAGE;
        case CallKind::invite:
            return wire::pb::KIND_INVITE;
    }
    return wire::pb::KIND_NONE;
}

Party party_of(const Instance& instance) {
    return Party{instance.user, instance.device, instance.device_name};
}

void count_down(std::map<InstanceId, std::size_t>& counts, InstanceId id) {
    const auto at = counts.find(id);
    if (at != counts.end() && --at->second == 0) counts.erase(at);
}

}  // namespace

CallRouter::CallRouter(io::Loop& loop, crypto::Random& random, Presence& presence, SessionBook& sessions,
                       const base::Log& log, CallLimits limits)
    : loop_(loop), random_(random), presence_(presence), sessions_(sessions), log_(log), limits_(limits) {}

CallRouter::~CallRouter() {
    for (const auto& [id, call] : waiting_)
        loop_.cancel(call.timer);
}

void CallRouter::call(CallQuestion question) {
    const auto caller = presence_.find(question.caller);
    if (!caller) return;
    const auto waits = calls_.find(question.caller);
    if (waits != calls_.end() && waits->second >= limits_.waiting) return fail(question, Errc::busy);
    const auto instances = presence_.instances_of(question.callee);
    const auto chosen = choose(instances, question.kind, question.device, question.caller,
                               sessions_.talking(instances, caller->user));
    Waiting call{std::move(question)};
    call.left.assign(chosen.begin(), chosen.end());
    ask_next(std::move(call));
}

void CallRouter::ask_next(Waiting call) {
    const auto caller = presence_.find(call.question.caller);
    if (!caller) return;
    while (!call.left.empty()) {
        const auto callee = presence_.find(call.left.front());
        call.left.pop_front();
        if (!callee) continue;
        const auto asked = questions_.find(callee->id);
        if (asked == questions_.end() || asked->second < limits_.questions) {
            return ask(std::move(call), *caller, *callee);
        }
        call.passed = true;
    }
    fail(call.question, call.passed ? Errc::refused : Errc::peer_offline);
}

void CallRouter::ask(Waiting call, const Instance& caller, const Instance& callee) {
    const SessionId id{random_.array<SessionId::size>()};
    call.asked = callee.id;
    call.ticket = model::Ticket{random_.array<model::Ticket::size>()};
    call.timer = loop_.at(loop_.now() + limits_.answer_time, [this, id] {
        auto late = take(id);
        if (!late) return;
        say_gone(late->asked, id);
        late->passed = true;
        ask_next(std::move(*late));
    });

    wire::pb::ServerMessage message;
    auto* incoming = message.mutable_incoming_call();
    incoming->set_session(id.str());
    incoming->set_ticket(call.ticket.str());
    incoming->set_kind(to_message(call.question.kind));
    const auto& endpoints = call.question.endpoints.empty() ? caller.endpoints : call.question.endpoints;
    *incoming->mutable_peer() = describe(caller, endpoints, same_address(caller, callee));

    ++questions_[callee.id];
    ++calls_[caller.id];
    waiting_.emplace(id, std::move(call));
    presence_.signal(callee.id, wire::frame(message),
                     [this, alive = std::weak_ptr{alive_}, id](Delivery told) {
                         if (told == Delivery::delivered || alive.expired()) return;
                         if (auto lost = take(id)) ask_next(std::move(*lost));
                     });
}

std::optional<CallRouter::Waiting> CallRouter::take(const SessionId& id) {
    const auto at = waiting_.find(id);
    if (at == waiting_.end()) return std::nullopt;
    std::optional<Waiting> call{std::move(at->second)};
    waiting_.erase(at);
    loop_.cancel(call->timer);
    count_down(questions_, call->asked);
    count_down(calls_, call->question.caller);
    return call;
}

bool CallRouter::asks(InstanceId instance, const SessionId& session) const {
    const auto at = waiting_.find(session);
    return at != waiting_.end() && at->second.asked == instance;
}

Status CallRouter::answer(InstanceId from, const SessionId& session, CallReply reply,
                          std::vector<std::string> endpoints) {
    if (!asks(from, session)) return Errc::not_found;
    auto call = take(session);
    if (reply == CallReply::pass) {
        call->passed = true;
        ask_next(std::move(*call));
    } else {
        open(std::move(*call), session, std::move(endpoints));
    }
    return {};
}

void CallRouter::open(Waiting call, SessionId id, std::vector<std::string> endpoints) {
    const auto caller = presence_.find(call.question.caller);
    const auto callee = presence_.find(call.asked);
    if (!caller || !callee) return;
    storage::NewSession session{id, party_of(*caller), party_of(*callee), loop_.clock().wall()};

    wire::pb::ServerMessage message;
    message.set_reply_to(call.question.reply_to);
    auto* opened = message.mutable_call_opened();
    opened->set_session(id.str());
    opened->set_ticket(call.ticket.str());
    if (endpoints.empty()) endpoints = callee->endpoints;
    *opened->mutable_peer() = describe(*callee, endpoints, same_address(*caller, *callee));

    log_.info("session opened",
              {{"session", id_text(id)}, {"caller", caller->user.text()}, {"callee", callee->user.text()}});
    auto done = [this, alive = std::weak_ptr{alive_}, id, question = call.question, asked = call.asked,
                 frame = wire::frame(message)](const Status& kept) {
        if (alive.expired()) return;
        if (!kept) {
            say_gone(asked, id);
            return fail(question, kept.error().code());
        }
        presence_.signal(question.caller, frame, [this, alive, asked, id](Delivery told) {
            if (told == Delivery::gone && !alive.expired()) say_gone(asked, id);
        });
    };
    sessions_.open(std::move(session), call.question.kind, caller->id, callee->id, std::move(done));
}

Status CallRouter::cancel(InstanceId caller, const std::optional<SessionId>& session) {
    if (session) {
        const auto other = sessions_.other_end(*session, caller);
        if (!other) return Errc::not_found;
        say_gone(*other, *session);
        return {};
    }
    std::vector<SessionId> canceled;
    for (const auto& [id, call] : waiting_) {
        if (call.question.caller == caller) canceled.push_back(id);
    }
    for (const SessionId& id : canceled) {
        const auto call = take(id);
        say_gone(call->asked, id);
        fail(call->question, Errc::canceled);
    }
    return canceled.empty() ? Status{Errc::not_found} : Status{};
}

void CallRouter::gone(InstanceId instance) {
    std::vector<SessionId> touched;
    for (const auto& [id, call] : waiting_) {
        if (call.question.caller == instance || call.asked == instance) touched.push_back(id);
    }
    for (const SessionId& id : touched) {
        auto call = take(id);
        if (!call) continue;
        if (call->question.caller == instance) {
            say_gone(call->asked, id);
        } else {
            ask_next(std::move(*call));
        }
    }
}

void CallRouter::say_gone(InstanceId to, const SessionId& id) {
    wire::pb::ServerMessage message;
    message.mutable_call_gone()->set_session(id.str());
    presence_.signal(to, wire::frame(message), nullptr);
}

void CallRouter::fail(const CallQuestion& question, Errc code) {
    presence_.signal(question.caller, failure_frame(question.reply_to, code), nullptr);
}

}  // namespace p2pc::directory
