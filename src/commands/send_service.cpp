#include "commands/send_service.hpp"

#include "commands/exit_codes.hpp"
#include "transfer/sending.hpp"
#include "transfer/source_folder.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration goodbye_time = std::chrono::seconds{5};
constexpr Duration taken_time = std::chrono::seconds{30};

}  // namespace

SendService::SendService(runtime::Services& services, const peer::Self& self, home::Pins& pins,
                         home::Reports& reports, SendRules rules, SendReporter& reporter)
    : services_(services),
      self_(self),
      rules_(std::move(rules)),
      reporter_(reporter),
      online_(services.sign_in(), self.login(), self.device_key(), reports, *this),
      calls_(services.sign_in(), self, pins, online_, rules_.private_ranges),
      somebody_(services.loop()) {}

void SendService::users_changed(const wire::pb::Users& users) {
    for (const auto& user : users.users()) {
        if (user.name() == rules_.to.user().text() && user.online()) somebody_.set();
    }
}

void SendService::ended(const Error& why) {
    gone_ = why;
    somebody_.close();
}

void SendService::stop() {
    stopped_ = true;
    somebody_.close();
    if (sender_ != nullptr) sender_->cancel();
    if (session_ != nullptr) session_->link().abort();
}

// The peer's session; waits for them where the user said so.
asio::awaitable<Result<std::unique_ptr<peer::Session>>> SendService::reach() {
    const auto kind = rules_.sent.empty() ? wire::pb::KIND_MESSAGE : wire::pb::KIND_FILES;
    const Deadline until = rules_.wait_for ? services_.now() + *rules_.wait_for : never;
    for (;;) {
        somebody_.reset();
        auto session = co_await calls_.call(rules_.to, kind, never);
        if (session || stopped_) co_return session;
        const auto code = session.error().code();
        const bool may_come =
            code == Errc::peer_offline || code == Errc::cannot_connect || code == Errc::interrupted;
        if (!rules_.wait || !may_come) co_return session;
        auto changed = co_await somebody_.wait(until);
        if (gone_) co_return *gone_;
        if (!changed) co_return Error{Errc::peer_offline, rules_.to.text() + " did not come"};
    }
}

asio::awaitable<Status> SendService::run(Deadline connect_by) {
    const auto& scheme = self_.login().server().scheme();
    const auto listened = calls_.listen(rules_.listen ? *rules_.listen : model::ListenUrl{scheme, "[::]:0"});
    if (!listened) co_return listened.error();
    if (rules_.wait) online_.watch(false);
    auto welcome = co_await online_.start(connect_by);
    if (!welcome) co_return from_server(welcome.error());
    auto session = co_await reach();
    if (!session) {
        co_await online_.stop(services_.now() + goodbye_time);
        co_return from_server(session.error());
    }
    session_ = session->get();
    reporter_.session_opened(**session);
    auto done = co_await hand_over(**session);
    const bool whole = (*session)->link().alive();
    if (whole) co_await (*session)->close(services_.now() + goodbye_time);
    const auto reason = whole ? model::EndReason::closed : model::EndReason::lost;
    reporter_.session_ended(**session, reason);
    auto report = (*session)->report(reason, services_.wall());
    session_ = nullptr;
    co_await online_.session_ended(std::move(report));
    co_await online_.stop(services_.now() + goodbye_time);
    if (stopped_) co_return Errc::canceled;
    co_return done;
}

asio::awaitable<Status> SendService::hand_over(peer::Session& session) {
    if (rules_.message) {
        auto said = co_await say(session);
        if (!said) co_return said.error();
    }
    if (rules_.sent.empty()) co_return Status{};
    auto delivered = co_await deliver(session);
    co_return delivered;
}

asio::awaitable<Status> SendService::say(peer::Session& session) {
    wire::pb::PeerMessage message;
    message.mutable_text()->set_id(1);
    message.mutable_text()->set_text(*rules_.message);
    auto sent = session.send(message);
    if (!sent) co_return sent;
    const Deadline by = services_.now() + taken_time;
    for (;;) {
        auto frame = co_await session.link().read(by);
        if (!frame) {
            session.link().abort();
            const auto code = frame.error().code();
            co_return code == Errc::closed ? Error{Errc::interrupted, "the other side is gone"}
                                           : frame.error();
        }
        auto answer = wire::parse_peer(frame->body());
        if (!answer) co_return answer.error();
        if (answer->has_close()) co_return Error{Errc::refused, "the other side closed the session"};
        if (!answer->has_text_taken() || answer->text_taken().id() != 1) continue;
        if (answer->text_taken().code() != 0) co_return Error{wire::code_from(answer->text_taken().code())};
        reporter_.message_taken(session, 1, *rules_.message);
        co_return Status{};
    }
}

asio::awaitable<Status> SendService::deliver(peer::Session& session) {
    auto walk = open_walk(rules_.sent, transfer::SourceIds::of_device(self_.device_key().seed()));
    if (!walk) co_return walk.error();
    transfer::Outgoing outgoing(std::move(*walk));
    auto look = [&sent = rules_.sent]() -> Result<Announced> { return announced(sent); };
    auto known = co_await services_.pool().run(std::move(look));
    if (!known) co_return known.error();
    peer::OfferTerms terms;
    terms.files = known->files;
    terms.total = known->total;
    terms.first_name = known->first_name;
    terms.update = rules_.update;
    terms.dry_run = rules_.dry_run;
    terms.remove = rules_.remove;
    terms.times = rules_.times;
    terms.stall = rules_.stall;
    terms.pace = rules_.pace;
    io::Pool& pool = rules_.pool != nullptr ? *rules_.pool : services_.pool();
    peer::DeliverySender sender(services_.loop(), pool, session.link(), outgoing, std::move(terms),
                                reporter_);
    sender_ = &sender;
    auto done = co_await sender.run();
    sender_ = nullptr;
    if (done && rules_.remove) reporter_.removed(sender.removed());
    co_return done;
}

}  // namespace p2pc::commands
