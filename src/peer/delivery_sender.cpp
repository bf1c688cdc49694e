#include <algorithm>

#include "io/sleep.hpp"
#include "peer/delivery_sender_state.hpp"
#include "peer/item_message.hpp"

namespace p2pc::peer {
namespace {

// Whoever lives sends a beat every 5 s.
constexpr Duration heard_time = std::chrono::seconds{8};

}  // namespace

void DeliverySender::State::fail(Error why) {
    if (failure) return;
    failure = std::move(why);
    outgoing.stop();
    link.abort();
    for (const auto& lane : lanes)
        lane->link->abort();
    turn.close();
    if (packing) packing->close();
    answered.set();
    answers_came.set();
    finished.set();
}

Status DeliverySender::State::send(const wire::pb::PeerMessage& message) {
    auto sent = link.send(wire::frame(message));
    if (!sent) fail(sent.error());
    return sent;
}

void DeliverySender::State::ended(ItemOutcome outcome) {
    const bool is_file = outcome.kind != transfer::EntryKind::folder;
    if (!outcome.error && is_file) ++progress.files_done;
    if (outcome.skipped && is_file) ++progress.files_skipped;
    observer.item_ended(outcome);
}

void DeliverySender::State::take_result(const wire::pb::ItemResult& result) {
    const auto found = waiting.find(result.item());
    if (found == waiting.end()) return take_entry_result(result);
    auto item = std::move(found->second);
    waiting.erase(found);
    item.outcome.top = true;
    item.outcome.skipped = result.skipped();
    if (result.code() != 0) item.outcome.error = Error{from_receiver(result.code())};
    // Before its end an item can be refused, or be there already, but not have arrived.
    if (!item.sent && result.code() == 0 && !result.skipped()) item.outcome.error = Error{Errc::malformed};
    if (!item.sent) packer->refuse(result.item());
    ended(std::move(item.outcome));
}

// Of an entry in a tree only what is not as it should be has a result.
void DeliverySender::State::take_entry_result(const wire::pb::ItemResult& result) {
    if (result.code() == 0 && !result.skipped()) return;
    const auto by_number = [](const Recent& entry, std::uint32_t number) { return entry.item < number; };
    const auto found = std::lower_bound(recent.begin(), recent.end(), result.item(), by_number);
    ItemOutcome outcome;
    outcome.item = result.item();
    outcome.skipped = result.skipped();
    if (result.code() != 0) outcome.error = Error{from_receiver(result.code())};
    if (found != recent.end() && found->item == result.item()) {
        outcome.label = std::move(found->label);
        outcome.name = outcome.label.substr(outcome.label.rfind('/') + 1);
        outcome.size = found->size;
        outcome.kind = found->kind;
        outcome.files = found->kind == transfer::EntryKind::file ? 1 : 0;
        recent.erase(found);
        packer->refuse(result.item());
        return ended(std::move(outcome));
    }
    // So long ago that its name is gone: the tree it was in stands for it, once.
    auto tree = waiting.upper_bound(result.item());
    if (tree == waiting.begin() || !outcome.error) return;
    --tree;
    if (tree->second.outcome.kind != transfer::EntryKind::folder || tree->second.lost_one) return;
    tree->second.lost_one = true;
    outcome.label = tree->second.outcome.label;
    outcome.name = tree->second.outcome.name;
    outcome.kind = transfer::EntryKind::folder;
    ended(std::move(outcome));
}

void DeliverySender::State::take(const wire::pb::PeerMessage& message) {
    moved = loop.now();
    if (message.has_offer_answer() && message.offer_answer().delivery() == terms.delivery) {
        if (answered.is_set()) return;
        answer = message.offer_answer().code();
        resume = message.offer_answer().resume();
        if (answer == 0) join_lanes(message.offer_answer().lanes());
        owed_since = loop.now();
        answered.set();
    } else if (message.has_item_result()) {
        if (packer) take_result(message.item_result());
        answers_came.set();  // whoever waits for an answer about this item waits in vain
    } else if (message.has_ask_answer() && packer) {
        const auto taken = packer->answer(message.ask_answer());
        if (!taken) return fail(taken.error());
        answers_came.set();
    } else if (message.has_item_chunks() && packer) {
        const auto taken = packer->chunks(message.item_chunks());
        if (!taken) return fail(taken.error());
        answers_came.set();
    } else if (message.has_delivery_result() && message.delivery_result().delivery() == terms.delivery) {
        if (!ended_here) return fail(Error{Errc::malformed, "settled before its end"});
        removed = message.delivery_result().removed();
        finished.set();
    } else if (message.has_close()) {
        closed = true;
        fail(Error{Errc::interrupted, "the other side closed the session"});
    }
}

asio::awaitable<void> DeliverySender::State::read(std::shared_ptr<State> s) {
    while (!s->finished.is_set()) {
        auto frame = co_await s->link.read(never);
        if (!frame && s->leaving) co_return;
        if (!frame) {
            const auto code = frame.error().code();
            s->fail(code == Errc::closed ? Error{Errc::interrupted, "the other side is gone"}
                                         : frame.error());
            co_return;
        }
        if (frame->type() != wire::FrameType::control) {
            s->fail(Error{Errc::malformed, "data from the receiver"});
            co_return;
        }
        auto message = wire::parse_peer(frame->body());
        if (!message) {
            s->fail(message.error());
            co_return;
        }
        s->take(*message);
        if (s->answer != 0) co_return;  // declined: what follows on the link is not ours
    }
}

// Why nothing moves, if it is not the other side's fault: a person is asked (their client's beats say that
// it lives), the other side says what it is busy with, or our own source is quiet.
bool DeliverySender::State::waits_with_reason() const {
    if (!answered.is_set()) return true;
    const auto state = link.peer_state();
    return state == wire::BeatState::verifying || state == wire::BeatState::syncing ||
           state == wire::BeatState::asking || (reading && !asking_them && writing.empty());
}

// Nothing owed may stand still for longer than the stall time. Our own beats are no movement.
asio::awaitable<void> DeliverySender::State::watch(std::shared_ptr<State> s) {
    while (!s->finished.is_set() && !s->failure) {
        co_await io::sleep_until(s->loop, s->loop.now() + std::chrono::seconds(1));
        if (s->failure || s->finished.is_set()) co_return;
        const auto bytes = s->bytes_taken();
        const bool took_some = !s->writing.empty() && bytes != s->moved_bytes;
        s->moved_bytes = bytes;
        if (took_some || s->waits_with_reason()) s->moved = s->loop.now();
        if (s->loop.now() - s->moved >= s->terms.stall) s->fail(Error{Errc::stalled});
    }
}

asio::awaitable<Status> DeliverySender::State::send_end(std::shared_ptr<State> s) {
    wire::pb::PeerMessage end;
    end.mutable_delivery_end()->set_delivery(s->terms.delivery);
    if (s->canceled) end.mutable_delivery_end()->set_code(wire::code_to(Errc::canceled));
    if (s->terms.remove && !s->canceled) end.mutable_delivery_end()->set_whole(s->packer->whole());
    s->ended_here = true;
    // Where batches have numbers it is the last of them.
    Status sent;
    if (s->next_number > 0) sent = s->send(batch_mark(s->next_number, wire::frame(end).size()));
    if (sent) sent = s->send(end);
    if (!sent) co_return sent;
    auto settled = co_await s->finished.wait();
    if (s->failure) co_return *s->failure;
    if (!settled) co_return settled;
    if (s->canceled || s->leaving) co_return Errc::canceled;
    co_return Status{};
}

asio::awaitable<void> DeliverySender::State::deliver(std::shared_ptr<State> s) {
    auto answered = co_await s->answered.wait();
    if (!answered) s->fail(answered.error());
    if (s->failure) {
        s->whole = *s->failure;
    } else if (s->answer != 0) {
        s->whole = Error{from_receiver(s->answer)};
    } else {
        s->whole = co_await send_all(s);
    }
    s->tasks.stop();
}

DeliverySender::DeliverySender(io::Loop& loop, io::Pool& pool, channel::Channel& link,
                               transfer::Outgoing& outgoing, OfferTerms terms, DeliveryObserver& observer)
    : state_(std::make_shared<State>(loop, pool, link, outgoing, std::move(terms), observer)) {}

DeliverySender::~DeliverySender() {
    state_->tasks.stop();
}

void DeliverySender::cancel() {
    state_->canceled = true;
    state_->outgoing.stop();
    state_->answers_came.set();
    // A question that is still open is not waited for.
    if (!state_->answered.is_set()) state_->fail(Error{Errc::canceled});
}

void DeliverySender::leave() {
    const auto s = state_;
    if (!s->answered.is_set()) return s->fail(Error{Errc::canceled});
    s->leaving = true;
    s->outgoing.stop();
    if (s->packing) s->packing->close();
    s->answers_came.set();
    s->finished.set();
}

bool DeliverySender::closed_by_receiver() const noexcept {
    return state_->closed;
}

void DeliverySender::give_up_link() {
    state_->fail(Error{Errc::interrupted, "another connection takes over"});
}

Duration DeliverySender::stands_still() const {
    const auto& s = *state_;
    const auto now = s.loop.now();
    if (!s.answered.is_set() || s.finished.is_set() || s.failure) return Duration::zero();
    const bool heard = now - s.link.last_heard() < heard_time;
    if (heard && s.waits_with_reason()) return Duration::zero();
    return now - std::max(s.last_progress(), s.owed_since);
}

void DeliverySender::add_lane(std::unique_ptr<channel::Channel> link) {
    state_->add_lane(std::move(link));
}

void DeliverySender::expect_fewer_lanes() noexcept {
    state_->expect_fewer();
}

std::vector<std::unique_ptr<channel::Channel>> DeliverySender::take_lanes() {
    std::vector<std::unique_ptr<channel::Channel>> links;
    for (auto& lane : state_->lanes)
        links.push_back(std::move(lane->link));
    state_->lanes.clear();
    return links;
}

std::uint64_t DeliverySender::removed() const noexcept {
    return state_->removed;
}

asio::awaitable<Status> DeliverySender::run() {
    const auto s = state_;
    wire::pb::PeerMessage offer;
    offer.mutable_offer()->set_delivery(s->terms.delivery);
    offer.mutable_offer()->set_files(s->terms.files);
    if (s->terms.total) offer.mutable_offer()->set_total(*s->terms.total);
    offer.mutable_offer()->set_first_name(s->terms.first_name);
    offer.mutable_offer()->set_update(s->terms.update);
    offer.mutable_offer()->set_dry_run(s->terms.dry_run);
    offer.mutable_offer()->set_remove(s->terms.remove);
    const auto sent = s->send(offer);
    if (!sent) co_return sent.error();
    use_link_for(s->link, transport::Use::bulk);
    s->tasks.spawn("reading the receiver", State::read(s));
    s->tasks.spawn("watching for a stall", State::watch(s));
    s->tasks.spawn("delivering", State::deliver(s));
    // Also when whoever called is cancelled: then all of it is, and its end is still waited for, since it
    // uses what the caller owns.
    co_await s->tasks.join();
    use_link_for(s->link, transport::Use::interactive);
    if (s->failure && !s->whole) s->whole = *s->failure;
    const Status done = s->whole.value_or(Errc::canceled);
    // What was sent and never settled did not arrive, as far as anybody here knows.
    for (auto& [number, item] : s->waiting) {
        item.outcome.error = done ? Error{Errc::malformed, "the receiver settled nothing"} : done.error();
        item.outcome.top = true;
        s->ended(std::move(item.outcome));
    }
    s->waiting.clear();
    s->link.set_beat_state(wire::BeatState::idle);
    co_return done;
}

}  // namespace p2pc::peer
