#include "directory/client_session.hpp"

#include "directory/border.hpp"
#include "directory/replies.hpp"

namespace p2pc::directory {
namespace {

// A client that takes longer over one piece of a reply does not want it.
constexpr Duration piece_time = std::chrono::seconds{30};

Scope scope_of(bool all) {
    return all ? Scope::all : Scope::online;
}

}  // namespace

ClientSession::ClientSession(Directory& directory, ClientLink& link, LoggedIn who)
    : directory_(directory),
      link_(link),
      me_(link.id(), std::move(who.user), who.device, std::move(who.device_name), std::move(who.account),
          link.host()),
      requests_(directory.options.limits.requests_a_second, directory.options.limits.request_burst) {
    directory_.presence.announce(me_);
}

asio::awaitable<Error> ClientSession::run() {
    for (;;) {
        auto frame = co_await link_.channel().read(never);
        if (!frame) co_return frame.error();
        if (frame->type() != wire::FrameType::control) co_return Error{Errc::malformed, "a request was due"};
        auto request = wire::parse_client(frame->body());
        if (!request) co_return request.error();
        if (request->id() == 0) co_return Error{Errc::malformed, "a request without an id"};
        // On its way out nothing is done for it any more; it is only read to its end.
        if (!link_.why().empty()) continue;
        const Instant now = directory_.loop.now();
        if (!is_asked_for(*request) && !requests_.take(now)) {
            fail(request->id(), Errc::busy, requests_.wait(now));
            continue;
        }
        co_await handle(std::move(*request));
    }
}

// How often it is called is not its doing: whoever serves many gets all their calls through.
bool ClientSession::is_asked_for(const Request& request) const {
    if (!request.has_call_answer()) return false;
    const auto session = border::session(request.call_answer().session());
    return session && directory_.calls.asks(me_.id, *session);
}

asio::awaitable<void> ClientSession::handle(Request request) {
    const std::uint64_t id = request.id();
    switch (request.body_case()) {
        case Request::kRegister:
        case Request::kEnrolDevice:
        case Request::kChangePassword:
            fail(id, Errc::refused);  // logged in already
            break;
        case Request::kRemoveDevice:
            co_await remove_device(id, request.remove_device().device_id());
            break;
        case Request::kAnnounce:
            announce(id, request.announce());
            break;
        case Request::kListUsers:
            co_await list_users(id, scope_of(request.list_users().all()));
            break;
        case Request::kWatch:
            co_await watch(id, scope_of(request.watch().all()));
            break;
        case Request::kUserInfo:
            co_await user_info(id, request.user_info().user());
            break;
        case Request::kCall:
            co_await call(id, std::move(*request.mutable_call()));
            break;
        case Request::kCallAnswer:
            call_answer(id, request.call_answer());
            break;
        case Request::kCallCancel:
            call_cancel(id, request.call_cancel());
            break;
        case Request::kReport:
            report(id, request.report());
            break;
        case Request::kSessionsQuery:
            co_await sessions_query(id, request.sessions_query().limit());
            break;
        case Request::kLogout:
            co_await log_out(id);
            break;
        case Request::kOpenWindow:
            co_await open_window(id);
            break;
        case Request::BODY_NOT_SET:
            fail(id, Errc::unsupported);
            break;
    }
}

void ClientSession::reply(std::uint64_t id, const Status& status) {
    if (!status) return fail(id, status.error().code());
    link_.deliver(done_frame(id));
}

void ClientSession::fail(std::uint64_t id, Errc code, Duration retry_after) {
    link_.deliver(failure_frame(id, code, retry_after));
}

asio::awaitable<void> ClientSession::send_all(std::vector<Bytes> frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!link_.deliver(frames[i])) co_return;
        if (i + 1 == frames.size()) co_return;
        auto taken = co_await link_.channel().drained(directory_.loop.now() + piece_time);
        if (!taken) {
            link_.cut("reads too slowly");
            co_return;
        }
    }
}

}  // namespace p2pc::directory
