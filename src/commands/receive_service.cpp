#include "commands/receive_service.hpp"

#include "base/filter.hpp"
#include "base/unicode.hpp"
#include "commands/exit_codes.hpp"
#include "peer/lane_order.hpp"
#include "wire/message.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration goodbye_time = std::chrono::seconds{5};
constexpr Duration answer_time = std::chrono::seconds{30};
// A sender whose link is lost has so long to come back; its own time for that is the same (--retry-for).
constexpr Duration wait_for_link = std::chrono::minutes{2};

}  // namespace

ReceiveService::ReceiveService(runtime::Services& services, const peer::Self& self, home::Pins& pins,
                               home::Reports& reports, ReceiveRules rules, ReceiveReporter& reporter)
    : services_(services),
      self_(self),
      rules_(std::move(rules)),
      reporter_(reporter),
      online_(services.sign_in(), self.login(), self.device_key(), reports, *this),
      calls_(services.sign_in(), self, pins, online_, rules_.private_ranges),
      over_(services.loop()),
      tasks_(services.loop(), [this](std::string_view, std::exception_ptr) {
          end(Error{Errc::internal, "a task failed"});
      }) {
    if (rules_.program) program_.emplace(*rules_.program);
}

void ReceiveService::end(Status result) {
    if (!result_) result_ = std::move(result);
    over_.set();
}

void ReceiveService::stop() {
    end(Error{Errc::canceled});
    for (auto* const links : sessions_)
        links->stop();
    if (program_) program_->stop();
}

void ReceiveService::ended(const Error& why) {
    end(why);
    if (why.code() != Errc::not_logged_in) return;
    // This device is none of the account's any more: nothing goes on in its name.
    for (auto* const links : sessions_)
        links->stop();
}

void ReceiveService::peer_removed(const model::SessionId& session) {
    calls_.revoke(session);
    for (auto* const links : sessions_) {
        if (links->session().id() == session) reporter_.notice(describe(links->session().removed()));
    }
}

void ReceiveService::placed(const peer::Session& session, const peer::ItemOutcome& item) {
    if (!program_ || !item.path) return;
    tasks_.spawn("running a program", run_program(session.user().text(), item));
}

asio::awaitable<void> ReceiveService::run_program(std::string from, peer::ItemOutcome item) {
    auto done = co_await program_->run(std::move(from), item);
    if (done || done.error().code() == Errc::canceled) co_return;
    reporter_.notice(base::escape_line(*item.path) + ": " + describe(done.error()));
}

asio::awaitable<Status> ReceiveService::run(Deadline connect_by) {
    // A folder that cannot be used is said now, not when somebody sends.
    auto open = [&rules = rules_] {
        return transfer::open_output(rules.output, rules.any_names, rules.on_conflict);
    };
    auto usable = co_await services_.pool().run(std::move(open));
    if (!usable) co_return usable.error();
    const auto& scheme = self_.login().server().scheme();
    const auto listened = calls_.listen(rules_.listen ? *rules_.listen : model::ListenUrl{scheme, "[::]:0"});
    if (!listened) co_return listened.error();
    online_.announce(wire::pb::PROGRAM_RECEIVE, [this](transport::Reach server, const std::string& observed) {
        return calls_.endpoints(server, observed);
    });
    auto welcome = co_await online_.start(connect_by);
    if (!welcome) co_return from_server(welcome.error());
    reporter_.listening(online_.endpoints());

    const Deadline until = rules_.wait ? services_.now() + *rules_.wait : never;
    auto over = co_await over_.wait(until);
    if (!over && busy_) over = co_await over_.wait();  // somebody came in time
    if (!over) end(Error{Errc::peer_offline, "nobody came"});
    co_await tasks_.join();
    co_await online_.stop(services_.now() + goodbye_time);
    co_return *result_;
}

void ReceiveService::incoming_call(const wire::pb::IncomingCall& call) {
    tasks_.spawn("incoming call", judge(call));
}

// Whether this caller may bring anything: named by --from, known here, or welcomed by a person.
asio::awaitable<bool> ReceiveService::welcome(const peer::Calls::Caller& caller) {
    const auto& user = caller.introduction.user();
    if (!rules_.from.empty()) co_return rules_.from.contains(user);
    if (caller.trust != identity::Trust::fresh) co_return true;
    if (!rules_.ask || asking_) {
        reporter_.notice(user.text() + " is not known here and was passed over (--from " + user.text() +
                         " lets them in)");
        co_return false;
    }
    asking_ = true;
    auto question = [&ask = rules_.ask, &caller]() -> Result<bool> {
        return ask(caller.introduction.user(), caller.introduction.account_key());
    };
    auto answer = co_await services_.pool().run(std::move(question));
    asking_ = false;
    co_return answer&&* answer;
}

asio::awaitable<void> ReceiveService::judge(wire::pb::IncomingCall call) {
    auto caller = calls_.examine(call);
    if (!caller) {
        reporter_.notice(base::escape_line(call.peer().user()) +
                         " was passed over: " + describe(caller.error()));
    }
    // Whoever lost the link may come back by a new call, which is the same delivery.
    const auto is_free = [this, &caller] {
        return !result_ && (!rules_.once || !busy_ || waiting_for(caller->introduction.user()) != nullptr);
    };
    bool take = caller && call.kind() != wire::pb::KIND_CHAT && is_free();
    if (take) take = co_await welcome(*caller);
    if (take && !is_free()) take = false;
    if (!take) {
        const auto session = model::SessionId::from(as_bytes(call.session()));
        if (session) co_await calls_.pass(*session);
        co_return;
    }
    if (auto* const before = waiting_for(caller->introduction.user())) before->give_up();
    busy_ = true;
    co_await serve(std::move(caller->introduction));
}

asio::awaitable<void> ReceiveService::serve(peer::Introduction introduction) {
    const Deadline by = services_.now() + answer_time;
    auto made = co_await calls_.answer(std::move(introduction), by);
    if (!made) {
        busy_ = false;
        co_return;
    }
    peer::Session& session = **made;
    ReceiveLinks links(services_.loop(), session);
    sessions_.insert(&links);
    reporter_.session_opened(session);
    const auto in_place = [this, &session](const peer::ItemOutcome& item) { placed(session, item); };
    ReceiveDelivery delivery(reporter_, session, in_place);
    const auto reason = co_await converse(session, links, delivery);
    sessions_.erase(&links);
    const bool goes_on = links.given_up() && !result_;
    if (goes_on) delivery.goes_on();
    delivery.is_over();
    if (delivery.memory && reason == model::EndReason::closed) delivery.memory->settled();
    co_await links.close();
    reporter_.session_ended(session, reason);
    auto report = session.report(reason, services_.wall());
    if (rules_.once) {
        co_await online_.last_session_ended(std::move(report));
    } else {
        co_await online_.session_ended(std::move(report));
    }
    made->reset();
    if (goes_on) co_return;  // in the session that took its place
    busy_ = false;
    if (!rules_.once || !delivery.accepted) co_return;
    mixed_ = delivery.done > 0 && delivery.failed > 0;
    if (delivery.first_error) {
        end(*delivery.first_error);
    } else {
        end(Status{});
    }
}

// The session of this person that waits for another link; null: none does.
ReceiveLinks* ReceiveService::waiting_for(const model::UserName& user) const {
    for (auto* const links : sessions_) {
        if (links->waits() && links->session().user() == user) return links;
    }
    return nullptr;
}

// Until the session ends. A link that goes in the middle of a delivery does not end it yet.
asio::awaitable<model::EndReason> ReceiveService::converse(peer::Session& session, ReceiveLinks& links,
                                                           ReceiveDelivery& delivery) {
    std::optional<wire::pb::Offer> again;
    for (;;) {
        const auto reason = co_await converse_on(session, links, delivery, std::move(again));
        // The sender may not know yet that all is settled.
        const bool goes_on = delivery.unfinished() || links.has_next();
        if (reason == model::EndReason::closed || !goes_on || result_) co_return reason;
        auto offer = co_await links.next(services_.now() + wait_for_link);
        if (!offer) co_return reason;
        delivery.goes_on();
        again = std::move(*offer);
    }
}

// While its link lasts: messages, and one delivery of files after another; `again` came with the link.
asio::awaitable<model::EndReason> ReceiveService::converse_on(peer::Session& session, ReceiveLinks& links,
                                                              ReceiveDelivery& delivery,
                                                              std::optional<wire::pb::Offer> again) {
    auto& link = links.link();
    if (again) {
        auto taken = co_await take_offer(session, links, std::move(*again), delivery);
        if (!taken && delivery.closed) co_return model::EndReason::closed;
    }
    for (;;) {
        auto frame = co_await link.read(never);
        if (!frame || frame->type() != wire::FrameType::control) break;
        auto message = wire::parse_peer(frame->body());
        if (!message) break;
        if (message->has_close()) {
            auto ended = co_await link.finish(services_.now() + goodbye_time);
            static_cast<void>(ended);
            co_return model::EndReason::closed;
        }
        if (message->has_text()) {
            const auto& text = message->text();
            Status taken;
            if (text.text().size() > wire::max_text) {
                taken = Errc::limit;
            } else {
                taken = reporter_.message(session, text.id(), text.text());
            }
            delivery.accepted = delivery.accepted || taken.ok();
            wire::pb::PeerMessage answer;
            answer.mutable_text_taken()->set_id(text.id());
            if (!taken) answer.mutable_text_taken()->set_code(wire::code_to(taken.error().code()));
            if (!link.send(wire::frame(answer))) break;
        } else if (message->has_offer()) {
            auto taken = co_await take_offer(session, links, message->offer(), delivery);
            if (!taken && delivery.closed) co_return model::EndReason::closed;
            if (!taken && !link.alive()) break;
        } else if (message->has_invite()) {
            wire::pb::PeerMessage answer;
            answer.mutable_invite_answer();
            if (!link.send(wire::frame(answer))) break;
        }
    }
    link.abort();
    co_return model::EndReason::lost;
}

// What the receiver has is told to nobody, unless its own policy is about what is there.
bool ReceiveService::may_ask(const wire::pb::Offer& offer, const transfer::Output& output) const {
    const bool asks = offer.update() || offer.dry_run() || offer.remove();
    return (!asks || output.can_follow()) && (!offer.remove() || rules_.may_remove);
}

asio::awaitable<Status> ReceiveService::take_offer(peer::Session& session, ReceiveLinks& links,
                                                   wire::pb::Offer offer, ReceiveDelivery& delivery) {
    auto& link = links.link();
    reporter_.offered(session, offer);
    wire::pb::PeerMessage answer;
    answer.mutable_offer_answer()->set_delivery(offer.delivery());
    auto open = [&rules = rules_] {
        return transfer::open_output(rules.output, rules.any_names, rules.on_conflict);
    };
    auto output = co_await services_.pool().run(std::move(open));
    if (!output) reporter_.notice("cannot receive: " + describe(output.error()));
    // What is announced to be too large is refused before a byte of it comes; what grows, as it does.
    const bool too_large =
        offer.has_total() && offer.files() == 1 && offer.total() > rules_.policy.max_size.value();
    if (!output || too_large || !may_ask(offer, **output)) {
        answer.mutable_offer_answer()->set_code(wire::code_to(Errc::refused));
        co_return link.send(wire::frame(answer));
    }
    const transfer::PartialKeys keys{self_.device_key().seed(), session.introduction().account_key()};
    auto look = [&output = **output, prefix = keys.account_prefix()] { return output.any_kept(prefix); };
    auto kept = co_await services_.pool().run(std::move(look));
    answer.mutable_offer_answer()->set_resume(kept && *kept);
    answer.mutable_offer_answer()->set_lanes(peer::LaneOrder::most_lanes - 1);
    auto sent = link.send(wire::frame(answer));
    if (!sent) co_return sent;
    delivery.accepted = true;
    delivery.passes_once = !(*output)->keeps();

    using Removing = transfer::Incoming::Removing;
    if (!delivery.memory) {
        auto recall = [this, &session]() -> Result<std::unique_ptr<PlacedMemory>> {
            return std::make_unique<PlacedMemory>(services_.home(), session.id(), services_.wall());
        };
        auto memory = co_await services_.pool().run(std::move(recall));
        if (!memory) co_return memory.error();
        delivery.memory = std::move(*memory);
    }
    transfer::Incoming incoming(transfer::make_remembering_output(std::move(*output), *delivery.memory),
                                rules_.policy, offer.remove() ? Removing::yes : Removing::no);
    peer::ReceiveTerms terms;
    terms.delivery = offer.delivery();
    if (offer.files() > 0) terms.files = offer.files();
    if (offer.has_total()) terms.total = offer.total();
    terms.stall = rules_.stall;
    if (offer.dry_run()) terms.brings = peer::ReceiveTerms::Brings::questions;
    terms.key = [&keys](const transfer::Entry& entry) { return keys.of(entry); };
    peer::DeliveryReceiver receiver(services_.loop(), services_.pool(), link, incoming, std::move(terms),
                                    delivery);
    links.carry(offer.delivery(), receiver);
    auto done = co_await receiver.run();
    links.carried(receiver);
    delivery.ended(done);
    delivery.closed = receiver.closed_by_sender();
    co_return done;
}

}  // namespace p2pc::commands
