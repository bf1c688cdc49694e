// Requests about calls and sessions.
#include <algorithm>

#include "directory/border.hpp"
#include "directory/client_session.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {

using storage::DirectoryStore;

namespace {

constexpr std::uint32_t sessions_by_default = 100;
constexpr std::uint32_t sessions_at_most = 1000;

Result<CallQuestion> question_of(const Instance& caller, std::uint64_t id, const wire::pb::Call& message) {
    auto kind = border::kind(message.kind());
    if (!kind) return kind.error();
    auto callee = border::user(message.user());
    if (!callee) return callee.error();
    auto device = border::device(message.device());
    if (!device) return device.error();
    auto endpoints = border::endpoints(message, caller.observed);
    if (!endpoints) return endpoints.error();
    CallQuestion question{caller.id, id, *kind, std::move(*callee)};
    question.device = std::move(*device);
    question.endpoints = std::move(*endpoints);
    return question;
}

}  // namespace

asio::awaitable<void> ClientSession::call(std::uint64_t id, wire::pb::Call message) {
    auto question = question_of(me_, id, message);
    if (!question) co_return fail(id, question.error().code());
    if (!directory_.presence.view_of(question->callee)) {
        auto job = [user = question->callee](DirectoryStore& store) { return store.find_account(user); };
        auto account = co_await ask(directory_.loop, directory_.store, std::move(job));
        if (!account) {
            const Errc code = account.error().code();
            co_return fail(id, code == Errc::not_found ? Errc::no_such_user : code);
        }
    }
    directory_.calls.call(std::move(*question));
}

void ClientSession::call_answer(std::uint64_t id, const wire::pb::CallAnswer& message) {
    const auto session = border::session(message.session());
    if (!session) return fail(id, session.error().code());
    auto endpoints = border::endpoints(message.endpoints());
    if (!endpoints) return fail(id, endpoints.error().code());
    const auto answer = message.take() ? CallReply::take : CallReply::pass;
    reply(id, directory_.calls.answer(me_.id, *session, answer, std::move(*endpoints)));
}

void ClientSession::call_cancel(std::uint64_t id, const wire::pb::CallCancel& message) {
    const auto session = border::optional_session(message.session());
    if (!session) return fail(id, session.error().code());
    reply(id, directory_.calls.cancel(me_.id, *session));
}

void ClientSession::report(std::uint64_t id, const wire::pb::Report& message) {
    const auto session = border::session(message.session());
    if (!session) return fail(id, session.error().code());
    auto report = border::report(message);
    if (!report) return fail(id, report.error().code());
    // The answer finds its way by id: the connection may be gone by then.
    auto done = [&presence = directory_.presence, log = &directory_.log, to = me_.id, id, session = *session,
                 user = me_.user](const Status& reported) {
        if (reported) log->info("session reported", {{"session", id_text(session)}, {"user", user.text()}});
        presence.signal(to, reported ? done_frame(id) : failure_frame(id, reported.error().code()), nullptr);
    };
    directory_.sessions.report(*session, me_.user, me_.device, std::move(*report), std::move(done));
}

asio::awaitable<void> ClientSession::sessions_query(std::uint64_t id, std::uint32_t limit) {
    const std::uint32_t most = limit == 0 ? sessions_by_default : std::min(limit, sessions_at_most);
    auto job = [user = me_.user, most](DirectoryStore& store) { return store.sessions_of(user, most); };
    auto sessions = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (!sessions) co_return fail(id, sessions.error().code());
    co_await send_all(sessions_frames(id, *sessions));
}

}  // namespace p2pc::directory
