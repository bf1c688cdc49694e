#include "commands/send_service.hpp"

#include <utility>

#include "commands/exit_codes.hpp"
#include "io/sleep.hpp"
#include "transfer/sending.hpp"
#include "transfer/source_folder.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration goodbye_time = std::chrono::seconds{5};
constexpr Duration taken_time = std::chrono::seconds{30};
// Something is owed, and nothing was taken for so long: another link is dialled beside, so often.
constexpr Duration still_for = std::chrono::seconds{5};
constexpr Duration between_dials = std::chrono::seconds{2};
constexpr std::uint64_t least_for_lanes = 256 * 1024;
constexpr Duration lane_time = std::chrono::seconds{10};

}  // namespace

SendService::SendService(runtime::Services& services, const peer::Self& self, home::Pins& pins,
                         home::Reports& reports, SendRules rules, SendReporter& reporter)
    : services_(services),
      self_(self),
      rules_(std::move(rules)),
      reporter_(reporter),
      online_(services.sign_in(), self.login(), self.device_key(), reports, *this),
      calls_(services.sign_in(), self, pins, online_, rules_.private_ranges),
      somebody_(services.loop()),
      link_(services, calls_, online_, reporter, rules_.to),
      tasks_(services.loop(), [this](std::string_view, std::exception_ptr) { link_.drop(); }) {}

void SendService::users_changed(const wire::pb::Users& users) {
    for (const auto& user : users.users()) {
        if (user.name() == rules_.to.user().text() && user.online()) somebody_.set();
    }
}

void SendService::ended(const Error& why) {
    gone_ = why;
    somebody_.close();
    // This device is none of the account's any more: nothing goes on in its name.
    if (why.code() == Errc::not_logged_in) stop();
}

void SendService::peer_removed(const model::SessionId& session) {
    calls_.revoke(session);
    if (!link_.is_open() || link_.session().id() != session) return;
    reporter_.notice(describe(link_.session().removed()));
}

void SendService::stop() {
    stopped_ = true;
    somebody_.close();
    link_.stop();
    if (sender_ != nullptr) {
        // What arrived stays there, and the other side is told that no more comes.
        sender_->leave();
        tasks_.spawn("ending", drop_soon());
    } else {
        link_.drop();
    }
}

asio::awaitable<void> SendService::drop_soon() {
    co_await io::sleep_until(services_.loop(), services_.now() + peer::last_words);
    link_.drop();
}

wire::pb::Kind SendService::kind() const {
    return rules_.sent.empty() ? wire::pb::KIND_MESSAGE : wire::pb::KIND_FILES;
}

asio::awaitable<Result<std::unique_ptr<peer::Session>>> SendService::called(bool ahead) {
    if (!ahead) {
        auto session = co_await calls_.call(rules_.to, kind(), never);
        co_return session;
    }
    auto session = co_await calls_.call_ahead(rules_.to, never);
    co_return session;
}

// The peer's session; waits for them where the user said so.
asio::awaitable<Result<std::unique_ptr<peer::Session>>> SendService::reach() {
    bool ahead = true;
    const Deadline until = rules_.wait_for ? services_.now() + *rules_.wait_for : never;
    for (;;) {
        somebody_.reset();
        auto session = co_await called(std::exchange(ahead, false));
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
    auto call = [this](transport::Reach server) { return calls_.request(rules_.to, kind(), server); };
    auto welcome = co_await online_.start(connect_by, std::move(call));
    if (!welcome) co_return from_server(welcome.error());
    const auto lanes = co_await count_lanes();
    calls_.set_spares(lanes - 1);
    auto session = co_await reach();
    if (!session) {
        co_await online_.stop(services_.now() + goodbye_time);
        co_return from_server(gone_ ? *gone_ : session.error());
    }
    link_.open(std::move(*session));
    auto done = co_await hand_over();
    const Duration patience = stopped_ ? peer::last_words : goodbye_time;
    // Whoever settled all has read what is behind it; what was given up may still be on its way.
    const auto goodbye = done ? SendLink::Goodbye::may_pass : SendLink::Goodbye::heard;
    co_await link_.end(goodbye, patience);
    tasks_.stop();
    co_await tasks_.join();
    co_await online_.stop(services_.now() + goodbye_time);
    if (stopped_ && gone_) co_return from_server(*gone_);
    if (stopped_) co_return Errc::canceled;
    co_return done;
}

asio::awaitable<Status> SendService::hand_over() {
    if (rules_.message) {
        auto said = co_await say(link_.session());
        if (!said) co_return said.error();
    }
    if (rules_.sent.empty()) co_return Status{};
    auto delivered = co_await deliver();
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
        if (frame->type() != wire::FrameType::control)
            co_return Error{Errc::malformed, "file data as an answer"};
        auto answer = wire::parse_peer(frame->body());
        if (!answer) co_return answer.error();
        if (answer->has_close()) co_return Error{Errc::refused, "the other side closed the session"};
        if (!answer->has_text_taken() || answer->text_taken().id() != 1) continue;
        if (answer->text_taken().code() != 0) co_return Error{wire::code_from(answer->text_taken().code())};
        reporter_.message_taken(session, 1, *rules_.message);
        co_return Status{};
    }
}

// Tries until all is settled, or time is up since something last came through.
asio::awaitable<Status> SendService::deliver() {
    SendTries tries(reporter_);
    const bool repeatable = rules_.retry_for > Duration::zero() && rules_.sent.repeatable();
    Deadline until = never;
    for (bool first = true;; first = false) {
        tries.begin();
        auto done = co_await try_once(tries);
        const bool again = !done && !stopped_ && !closed_there_ && repeatable && lost_link(done.error());
        Status linked = done;
        if (again) {
            if (first || tries.moved()) until = services_.now() + rules_.retry_for;
            if (beside_) {
                link_.take(std::move(beside_));
                linked = Status{};
            } else {
                reporter_.notice("the link to " + rules_.to.text() + " is lost; trying again");
                linked = co_await link_.again(until);
            }
        }
        if (!again || !linked) {
            tries.end();
            const bool another = again && linked.error().code() == Errc::identity;
            co_return another ? linked : done;
        }
        reporter_.notice("linked to " + rules_.to.text() + " again");
    }
}

// Beside a link that stands still another is dialled, and the first that is proven takes over.
asio::awaitable<void> SendService::watch_for_take_over(peer::DeliverySender& sender) {
    for (;;) {
        co_await io::sleep_until(services_.loop(), services_.now() + std::chrono::seconds(1));
        if (sender.stands_still() < still_for) continue;
        auto link = co_await link_.dial(never);
        if (link && sender.stands_still() >= still_for) {
            beside_ = std::move(*link);
            sender.give_up_link();
            co_return;
        }
        co_await io::sleep_until(services_.loop(), services_.now() + between_dials - std::chrono::seconds(1));
    }
}

asio::awaitable<Result<Announced>> SendService::look_at_sources() {
    auto look = [&sent = rules_.sent]() -> Result<Announced> { return announced(sent); };
    auto known = co_await services_.pool().run(std::move(look));
    co_return known;
}

// How many connections the delivery should have. To the other side it may be as far as to the server.
asio::awaitable<std::size_t> SendService::count_lanes() {
    const bool holds_back = rules_.pace != nullptr || rules_.dry_run || rules_.sent.empty();
    if (!online_.is_far() || holds_back) co_return 1;
    auto known = co_await look_at_sources();
    const bool is_small = !known || (known->total && *known->total < least_for_lanes);
    co_return is_small ? 1 : rules_.lanes;
}

asio::awaitable<void> SendService::open_lane(peer::DeliverySender& sender) {
    auto lane = co_await link_.session().open_spare(services_.now() + lane_time);
    if (lane) {
        sender.add_lane(std::move(*lane));
    } else {
        sender.expect_fewer_lanes();
    }
}

asio::awaitable<Status> SendService::try_once(SendTries& tries) {
    auto walk = open_walk(rules_.sent, transfer::SourceIds::of_device(self_.device_key().seed()));
    if (!walk) co_return walk.error();
    transfer::Outgoing outgoing(tries.rest_of(std::move(*walk)));
    auto known = co_await look_at_sources();
    if (!known) co_return known.error();
    peer::OfferTerms terms;
    terms.files = known->files;
    terms.total = known->total;
    terms.first_name = known->first_name;
    terms.update = rules_.update;
    terms.dry_run = rules_.dry_run;
    terms.remove = rules_.remove;
    terms.times = rules_.times;
    terms.checksum = rules_.checksum;
    terms.stall = rules_.stall;
    terms.pace = rules_.pace;
    const auto lanes = link_.session().spares();
    terms.lanes = lanes;
    io::Pool& pool = rules_.pool != nullptr ? *rules_.pool : services_.pool();
    peer::DeliverySender sender(services_.loop(), pool, link_.link(), outgoing, std::move(terms), tries);
    if (stopped_) co_return Errc::canceled;
    sender_ = &sender;
    io::TaskGroup beside(services_.loop(), [this](std::string_view, std::exception_ptr) { link_.drop(); });
    if (rules_.retry_for > Duration::zero() && rules_.sent.repeatable())
        beside.spawn("watching the link", watch_for_take_over(sender));
    for (std::size_t n = lanes; n > 0; --n)
        beside.spawn("a lane", open_lane(sender));
    auto done = co_await sender.run();
    sender_ = nullptr;
    closed_there_ = sender.closed_by_receiver();
    beside.stop();
    co_await beside.join();
    link_.keep(sender.take_lanes());
    if (done && rules_.remove) reporter_.removed(sender.removed());
    co_return done;
}

}  // namespace p2pc::commands
