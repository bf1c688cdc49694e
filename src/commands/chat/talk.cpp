#include "commands/chat/talk.hpp"

#include "io/sleep.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr Duration answer_time = std::chrono::minutes{2};
// A peer that takes nothing must not make us keep everything that was said.
constexpr std::size_t most_said = 256;

Error broken(std::string_view what) {
    return Error{Errc::malformed, std::string{what}};
}

}  // namespace

Talk::Talk(Room& room, Owner& owner, std::unique_ptr<peer::Session> session, Stage stage)
    : room_(room),
      owner_(owner),
      session_(std::move(session)),
      stage_(stage),
      eased_(room.loop),
      over_(room.loop),
      links_(room.loop, [this](std::string_view, std::exception_ptr) { session_->link().abort(); }),
      transfers_(room.loop, [this](std::string_view, std::exception_ptr) { session_->link().abort(); }) {}

Status Talk::say(std::string text) {
    auto fits = check_text(text);
    if (!fits) return fits;
    if (stage_ != Stage::open || closing_) return Error{Errc::closed, "the conversation is over"};
    if (said_.size() >= most_said)
        return Error{Errc::limit, "the other side takes no messages at the moment"};
    wire::pb::PeerMessage message;
    message.mutable_text()->set_id(last_text_ + 1);
    message.mutable_text()->set_text(text);
    auto sent = session_->send(message);
    if (!sent) return sent;
    const auto& kept = said_.emplace(++last_text_, std::move(text)).first->second;
    room_.front.message_said(*session_, last_text_, kept);
    return {};
}

void Talk::close() {
    if (closing_ || stage_ == Stage::over) return;
    closing_ = true;
    wire::pb::PeerMessage message;
    message.mutable_close();
    const auto sent = session_->send(message);
    if (!sent) return session_->link().abort();
    transfers_.spawn("closing a session", part());
}

// Until the other side has heard it, or long enough; run() then finds the link at its end.
asio::awaitable<void> Talk::part() {
    const Deadline by = room_.in(farewell);
    auto finished = co_await session_->link().finish(by);
    if (finished) {
        auto over = co_await over_.wait(by);
        static_cast<void>(over);
    }
    session_->link().abort();
}

asio::awaitable<void> Talk::run(std::shared_ptr<Talk> talk) {
    Talk& self = *talk;
    if (self.stage_ == Stage::inviting) {
        wire::pb::PeerMessage invite;
        invite.mutable_invite();
        const auto sent = self.session_->send(invite);
        if (!sent) self.session_->link().abort();
    }
    self.links_.spawn("links of transfers", self.accept_lines());
    auto why = co_await self.read();
    const bool opened = self.stage_ == Stage::open;
    self.stage_ = Stage::over;
    self.over_.set();
    self.eased_.close();
    self.owner_.talk_over(self, why);

    self.links_.stop();
    for (const auto& line : self.lines_)
        line->abort();
    if (!why && !self.closing_) {
        auto finished = co_await self.session_->link().finish(self.room_.in(farewell));
        static_cast<void>(finished);
    }
    co_await self.links_.join();
    co_await self.transfers_.join();
    self.session_->link().abort();

    auto reason = why ? model::EndReason::lost : model::EndReason::closed;
    if (why && !opened && why->code() == Errc::refused) reason = model::EndReason::refused;
    auto report = self.session_->report(reason, self.room_.loop.clock().wall());
    co_await self.room_.online.session_ended(std::move(report));
    self.room_.front.session_ended(*self.session_, reason);
}

// Until the end; why, unless an end closed it.
asio::awaitable<std::optional<Error>> Talk::read() {
    const Deadline answer_by = room_.in(answer_time);
    for (;;) {
        const Deadline by = stage_ == Stage::inviting ? answer_by : never;
        auto frame = co_await session_->link().read(by);
        if (!frame) {
            if (session_->revoked()) co_return session_->removed();
            if (closing_) co_return std::nullopt;
            if (frame.error().code() == Errc::timed_out && stage_ == Stage::inviting)
                co_return Error{Errc::refused, "no answer"};
            if (frame.error().code() == Errc::closed)
                co_return Error{Errc::interrupted, "the other side is gone"};
            co_return frame.error();
        }
        if (frame->type() != wire::FrameType::control) co_return broken("file data within the conversation");
        const auto message = wire::parse_peer(frame->body());
        if (!message) co_return message.error();
        const auto goes_on = take(*message);
        if (!goes_on) co_return goes_on.error();
        if (!*goes_on) co_return std::nullopt;
        // However many there are, whoever types has a turn in between.
        co_await io::next_turn(room_.loop);
    }
}

Result<bool> Talk::take(const wire::pb::PeerMessage& message) {
    if (message.has_close()) return false;
    if (stage_ == Stage::inviting) {
        if (!message.has_invite_answer()) return broken("something else than an answer to the invitation");
        if (!message.invite_answer().accepted()) return Error{Errc::refused, "the call was declined"};
        stage_ = Stage::open;
        owner_.talk_opened(*this);
        return true;
    }
    if (message.has_text()) {
        take_text(message.text());
    } else if (message.has_text_taken()) {
        take_receipt(message.text_taken());
    } else if (message.has_open_bulk()) {
        open_asked_line();
    }
    return true;
}

void Talk::take_text(const wire::pb::Text& text) {
    wire::pb::PeerMessage taken;
    taken.mutable_text_taken()->set_id(text.id());
    const auto fits = check_text(text.text());
    if (fits) {
        room_.front.message_came(*session_, text.id(), text.text());
    } else {
        taken.mutable_text_taken()->set_code(wire::code_to(fits.error().code()));
    }
    // A full queue means that the other side reads nothing: its next beat, or ours, ends the link.
    [[maybe_unused]] const auto sent = session_->send(taken);
}

void Talk::take_receipt(const wire::pb::TextTaken& taken) {
    const auto found = said_.find(taken.id());
    if (found == said_.end()) return;
    const auto text = std::move(found->second);
    said_.erase(found);
    if (taken.code() == 0) {
        room_.front.message_taken(*session_, taken.id(), text);
    } else {
        room_.front.failed("a message", Error{wire::code_from(taken.code())});
    }
    eased_.pulse();
}

}  // namespace p2pc::commands::chat
