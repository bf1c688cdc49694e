#include "commands/chat/visit.hpp"

#include "io/sleep.hpp"

namespace p2pc::commands::chat {
namespace {

// Between two messages of the visitor; a delivery and a question have their own times.
constexpr Duration silence = std::chrono::seconds{30};

}  // namespace

asio::awaitable<void> Visit::run(std::shared_ptr<Visit> visit) {
    Visit& self = *visit;
    auto& session = *self.session_;
    const bool in_order = co_await self.serve();
    if (in_order) {
        auto finished = co_await session.link().finish(self.room_.in(farewell));
        static_cast<void>(finished);
    }
    session.link().abort();
    const auto reason = in_order ? model::EndReason::closed : model::EndReason::lost;
    auto report = session.report(reason, self.room_.loop.clock().wall());
    co_await self.room_.online.session_ended(std::move(report));
    self.room_.front.session_ended(session, reason);
}

asio::awaitable<void> Visit::leave(std::shared_ptr<Visit> visit) {
    auto& link = visit->session_->link();
    auto said = co_await peer::say_close(link, visit->room_.in(peer::last_words));
    static_cast<void>(said);
    link.abort();
}

asio::awaitable<bool> Visit::serve() {
    for (;;) {
        auto frame = co_await session_->link().read(room_.in(silence));
        if (!frame) co_return frame.error().code() == Errc::closed;
        if (frame->type() != wire::FrameType::control) co_return false;
        const auto message = wire::parse_peer(frame->body());
        if (!message) co_return false;
        if (message->has_close()) co_return true;
        if (message->has_text()) {
            const auto taken = take_text(message->text());
            if (!taken) co_return false;
        } else if (message->has_offer()) {
            Delivery delivery(room_, *session_);
            auto received = co_await delivery.receive(session_->link(), message->offer());
            if (!received && !session_->link().alive()) co_return false;
        }
        co_await io::next_turn(room_.loop);
    }
}

Status Visit::take_text(const wire::pb::Text& text) {
    wire::pb::PeerMessage taken;
    taken.mutable_text_taken()->set_id(text.id());
    const auto fits = check_text(text.text());
    if (fits) {
        room_.front.message_came(*session_, text.id(), text.text());
    } else {
        taken.mutable_text_taken()->set_code(wire::code_to(fits.error().code()));
    }
    return session_->send(taken);
}

}  // namespace p2pc::commands::chat
