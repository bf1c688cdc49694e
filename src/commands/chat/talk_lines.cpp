// The links of a conversation's transfers: who dials them, and what happens on each.
#include <algorithm>

#include "base/filter.hpp"
#include "commands/chat/talk.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr Duration dial_time = std::chrono::seconds{10};
// How long a link may stand without its first word, or be waited for.
constexpr Duration line_time = std::chrono::seconds{15};
// Those under way, in both directions, also before anything was said on them.
constexpr std::size_t most_lines = 16;

wire::pb::PeerMessage open_bulk_message() {
    wire::pb::PeerMessage message;
    message.mutable_open_bulk();
    return message;
}

}  // namespace

void Talk::Line::abort() {
    if (link) link->abort();
    ready.set();
}

Talk::SharedLine Talk::new_line() {
    return *lines_.insert(std::make_shared<Line>(room_.loop)).first;
}

void Talk::hang_up(SharedLine line) {
    if (line->link) session_->count(*line->link);
    line->abort();
    lines_.erase(line);
    std::erase(wanted_, line);
}

void Talk::send(Files files) {
    if (stage_ != Stage::open || closing_) return;
    if (lines_.size() >= most_lines) {
        return room_.front.failed(files.title(), Error{Errc::limit, "too many transfers at once"});
    }
    ++sending_;
    transfers_.spawn("sending files", deliver(std::move(files), room_.desk.new_number()));
}

// A transfer of ours, from its number to its end.
asio::awaitable<void> Talk::deliver(Files files, Number number) {
    const auto line = new_line();
    Delivery delivery(room_, *session_);
    const auto cancel = [&delivery, line] {
        delivery.cancel();
        if (!line->link) line->ready.set();
    };
    const auto title = files.title();
    room_.desk.begin(number, title + " to " + session_->user().text(), cancel);
    room_.front.transfers_changed(room_.desk);
    auto connected = co_await connect(line);
    if (connected) {
        auto sent = co_await delivery.send(*line->link, std::move(files), number);
        static_cast<void>(sent);  // the delivery told how it ended
    } else {
        delivery.not_sent(files, number, connected.error());
    }
    hang_up(line);
    room_.desk.end(number);
    room_.front.transfers_changed(room_.desk);
    --sending_;
    eased_.pulse();
}

// Gets the line its link: dialled by whoever dialled the first one.
asio::awaitable<Status> Talk::connect(SharedLine line) {
    if (stage_ == Stage::over) co_return Error{Errc::interrupted, "the session ended"};
    if (session_->dialled()) {
        links_.spawn("a link for a transfer", dial(line));
    } else {
        wanted_.push_back(line);
        const auto asked = session_->send(open_bulk_message());
        if (!asked) co_return asked.error();
    }
    auto ready = co_await line->ready.wait(room_.in(line_time));
    static_cast<void>(ready);
    if (line->link) co_return Status{};
    if (stage_ == Stage::over) co_return Error{Errc::interrupted, "the session ended"};
    co_return Error{Errc::no_path, "no further connection to " + session_->user().text()};
}

asio::awaitable<void> Talk::dial(SharedLine line) {
    auto link = co_await session_->open_bulk(room_.in(dial_time));
    if (link && stage_ != Stage::over) line->link = std::move(*link);
    line->ready.set();
}

// The other side asked for a link, which begins with our OpenBulk and goes on with its offer.
asio::awaitable<void> Talk::deliver_asked(SharedLine line) {
    if (stage_ == Stage::over) line->ready.set();
    links_.spawn("a link that was asked for", dial(line));
    auto ready = co_await line->ready.wait();
    static_cast<void>(ready);
    if (line->link) {
        const auto told = line->link->send(wire::frame(open_bulk_message()));
        const auto message = co_await first_message(line);
        const bool offered = told && message && message->has_offer();
        if (offered) co_await receive(line, message->offer());
    }
    hang_up(line);
}

void Talk::open_asked_line() {
    // More than this is a flood; the transfers that asked give up by themselves.
    if (!session_->dialled() || lines_.size() >= most_lines) return;
    transfers_.spawn("a transfer the other side asked for", deliver_asked(new_line()));
}

asio::awaitable<void> Talk::accept_lines() {
    for (;;) {
        auto link = co_await session_->accept_bulk(never);
        if (!link) co_return;
        if (lines_.size() >= most_lines) continue;
        const auto line = new_line();
        line->link = std::move(*link);
        transfers_.spawn("a link that came", welcome(line));
    }
}

// What it is for, its first message says: an answer to our OpenBulk, or an offer.
asio::awaitable<void> Talk::welcome(SharedLine line) {
    const auto message = co_await first_message(line);
    if (message && message->has_open_bulk() && !wanted_.empty()) {
        const auto waiting = wanted_.front();
        wanted_.pop_front();
        waiting->link = std::move(line->link);
        waiting->ready.set();
    } else if (message && message->has_offer()) {
        co_await receive(line, message->offer());
    }
    hang_up(line);
}

asio::awaitable<Result<wire::pb::PeerMessage>> Talk::first_message(SharedLine line) {
    auto frame = co_await line->link->read(room_.in(line_time));
    if (!frame) co_return frame.error();
    if (frame->type() != wire::FrameType::control) co_return Errc::malformed;
    co_return wire::parse_peer(frame->body());
}

asio::awaitable<void> Talk::receive(SharedLine line, wire::pb::Offer offer) {
    Delivery delivery(room_, *session_);
    auto received = co_await delivery.receive(*line->link, std::move(offer));
    static_cast<void>(received);  // the delivery told how it ended
    // Its last words are on their way.
    auto finished = co_await line->link->finish(room_.in(farewell));
    static_cast<void>(finished);
}

}  // namespace p2pc::commands::chat
