#include "rendezvous/online.hpp"

#include "io/sleep.hpp"
#include "wire/reason.hpp"

namespace p2pc::rendezvous {
namespace {

constexpr Duration first_pause = std::chrono::milliseconds{500};
constexpr Duration longest_pause = std::chrono::seconds{30};
constexpr Duration connect_time = std::chrono::seconds{10};
constexpr Duration far_login = std::chrono::milliseconds{30};

bool for_good(Errc code) {
    return code == Errc::identity || code == Errc::not_logged_in || code == Errc::bad_credentials ||
           code == Errc::usage || code == Errc::plain_refused || code == Errc::unsupported ||
           code == Errc::account_blocked;
}

// Between half and the whole, so that a thousand clients do not come back in one moment.
Duration with_jitter(Duration pause, crypto::Random& random) {
    const auto half = pause.count() / 2;
    return Duration{half + static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(half) + 1))};
}

}  // namespace

ClientMessage report_request(const home::Report& report) {
    ClientMessage message;
    auto* const out = message.mutable_report();
    out->set_session(report.session.str());
    out->set_reason(wire::to_wire(report.reason));
    out->set_bytes_in(report.bytes_in.value());
    out->set_bytes_out(report.bytes_out.value());
    out->set_path(report.path);
    out->set_ended_ms(report.ended.time_since_epoch().count());
    return message;
}

Online::Online(SignInContext& context, const home::Login& login, const crypto::SigningKey& device_key,
               home::Reports& reports, OnlineObserver& observer)
    : context_(context),
      login_(login),
      device_key_(device_key),
      reports_(reports),
      observer_(observer),
      tasks_(context.dialer.loop(), [this](std::string_view, std::exception_ptr) {
          observer_.ended(Error{Errc::internal, "the connection to the server failed"});
      }) {}

Online::~Online() {
    tasks_.stop();
}

void Online::announce(wire::pb::Program program, Endpoints endpoints) {
    program_ = program;
    endpoints_ = std::move(endpoints);
}

void Online::watch(bool all) {
    watch_all_ = all;
}

std::vector<std::string> Online::endpoints() const {
    std::vector<std::string> out;
    if (!endpoints_) return out;
    for (const auto& endpoint : endpoints_(reach_, observed_))
        out.push_back(endpoint.text());
    return out;
}

std::vector<ClientMessage> Online::first_requests() const {
    std::vector<ClientMessage> first;
    if (watch_all_) first.emplace_back().mutable_watch()->set_all(*watch_all_);
    return first;
}

asio::awaitable<Result<wire::pb::Welcome>> Online::connect(Ahead ahead, Deadline by) {
    FirstRequests first = [this, ahead](transport::Reach reach) {
        auto requests = first_requests();
        if (ahead) requests.push_back(ahead(reach));
        return requests;
    };
    auto in = co_await sign_in_device(context_, login_, device_key_, std::move(first), by);
    if (!in) co_return in.error();
    link_ = std::move(in->link);
    reach_ = link_->reach();
    observed_ = in->welcome.observed();
    const auto agreed = observer_.welcomed(in->welcome);
    if (!agreed) co_return agreed.error();
    // The endpoints depend on what the welcome said, so the announcement follows it.
    if (program_ != wire::pb::PROGRAM_NONE || !sessions_.empty()) {
        ClientMessage message;
        message.mutable_announce()->set_program(program_);
        for (auto& text : endpoints())
            message.mutable_announce()->add_endpoints(std::move(text));
        for (const auto& session : sessions_)
            message.mutable_announce()->add_sessions()->set_session(session.str());
        auto done = co_await link_->ask(std::move(message), by);
        if (!done) co_return done.error();
    }
    if (watch_all_) {
        auto users = co_await link_->reply_ahead(1, by);
        if (!users) co_return users.error();
        observer_.users_changed(users->users());
    }
    co_return std::move(in->welcome);
}

asio::awaitable<Result<wire::pb::Welcome>> Online::start(Deadline by, Ahead ahead) {
    const Instant began = context_.dialer.loop().now();
    auto welcome = co_await connect(std::move(ahead), by);
    // This machine is not far, however slow.
    const bool took_long = context_.dialer.loop().now() - began >= far_login;
    far_ = took_long && reach_ != transport::Reach::loopback;
    if (welcome) {
        first_link_ = true;
        tasks_.spawn("online", keep());
    } else {
        link_.reset();
    }
    co_return welcome;
}

void Online::dispatch(const ServerMessage& event) {
    if (event.has_incoming_call()) {
        observer_.incoming_call(event.incoming_call());
    } else if (event.has_call_gone()) {
        const auto session = model::SessionId::from(as_bytes(event.call_gone().session()));
        if (session) observer_.call_gone(*session);
    } else if (event.has_peer_removed()) {
        const auto session = model::SessionId::from(as_bytes(event.peer_removed().session()));
        if (session) observer_.peer_removed(*session);
    } else if (event.has_users()) {
        observer_.users_changed(event.users());
    }
}

// Until the link ends; why it did.
asio::awaitable<Error> Online::serve() {
    tasks_.spawn("reports", deliver_reports());
    for (;;) {
        auto event = co_await link_->next_event(never);
        if (!event) co_return event.error();
        if (event->has_device_removed()) co_return Error{Errc::not_logged_in, "this device was removed"};
        dispatch(*event);
    }
}

asio::awaitable<void> Online::keep() {
    while (!stopping_) {
        auto why = co_await serve();
        if (stopping_) co_return;
        link_.reset();
        first_link_ = false;
        if (for_good(why.code())) {
            observer_.ended(why);
            co_return;
        }
        observer_.server_lost();
        for (Duration pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
            co_await io::sleep_until(context_.dialer.loop(),
                                     context_.dialer.loop().now() + with_jitter(pause, context_.random));
            auto again = co_await connect(nullptr, context_.dialer.loop().now() + connect_time);
            if (again) break;
            link_.reset();
            if (for_good(again.error().code())) {
                observer_.ended(again.error());
                co_return;
            }
        }
        observer_.server_back();
    }
}

namespace {

// Whether the server needs no more telling: it took the report, or refuses it for good.
asio::awaitable<bool> deliver(ServerLink& link, home::Report report, Deadline by) {
    auto done = co_await link.ask(report_request(report), by);
    co_return done || done.error().code() == Errc::refused || done.error().code() == Errc::not_found;
}

}  // namespace

asio::awaitable<void> Online::deliver_reports() {
    auto waiting = reports_.pending();
    if (!waiting) co_return;
    for (const auto& report : *waiting) {
        if (!up()) co_return;
        const bool settled = co_await deliver(*link_, report, context_.dialer.loop().now() + reply_time);
        if (!settled) co_return;
        const auto removed = reports_.remove(report.session, report.device);
        if (!removed) co_return;
    }
}

asio::awaitable<Result<ServerMessage>> Online::answer_ahead(Deadline by) {
    if (!first_link_) co_return Error{Errc::interrupted, "the server went away"};
    auto reply = co_await link_->reply_ahead(first_requests().size() + 1, by);
    co_return reply;
}

asio::awaitable<Result<ServerMessage>> Online::ask(ClientMessage request, Deadline by) {
    if (!up()) co_return Error{Errc::cannot_connect, "the server is away"};
    auto reply = co_await link_->ask(std::move(request), by);
    co_return reply;
}

asio::awaitable<void> Online::session_ended(home::Report report) {
    sessions_.erase(report.session);
    if (up()) {
        const bool settled = co_await deliver(*link_, report, context_.dialer.loop().now() + reply_time);
        if (settled) co_return;
    }
    // Nothing better can be done with a home that cannot be written: the server will call it lost.
    [[maybe_unused]] const auto kept = reports_.add(report);
}

asio::awaitable<void> Online::last_session_ended(home::Report report) {
    const bool in_passing = far_ && up() && reports_.add(report);
    if (!in_passing) {
        co_await session_ended(std::move(report));
        co_return;
    }
    sessions_.erase(report.session);
    [[maybe_unused]] const auto said = link_->say(report_request(report));
}

asio::awaitable<void> Online::stop(Deadline by) {
    stopping_ = true;
    tasks_.stop();
    co_await tasks_.join();
    if (link_ && link_->up()) co_await link_->finish(by);
    link_.reset();
}

}  // namespace p2pc::rendezvous
