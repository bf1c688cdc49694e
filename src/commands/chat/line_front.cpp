// A chat in a pipe: each line of standard input is a message as it is, each message a line of standard
// output.
#include <fmt/format.h>
#include <unistd.h>

#include "base/filter.hpp"
#include "commands/chat/fronts.hpp"
#include "commands/chat/lines_in.hpp"
#include "commands/chat/said.hpp"

namespace p2pc::commands::chat {
namespace {

class LineFront final : public Front {
  public:
    explicit LineFront(Context& context)
        : out_(context.out), lines_(context.services.loop(), STDIN_FILENO, longest_text) {}

    asio::awaitable<void> read(Control& control) override;
    bool answers(QuestionKind) const override { return false; }

    void ready(const std::vector<std::string>&) override {}
    void ringing(const model::PeerName&) override {}
    void call_came(Number, const peer::Session&) override {}
    void offer_came(Number, const peer::Session&, const wire::pb::Offer&) override {}
    void question_gone(Number, const peer::Session&) override {}
    void session_opened(const peer::Session& session) override {
        const auto fresh = first_contact(session);
        if (fresh) out_.notice(*fresh);
    }
    void session_ended(const peer::Session&, model::EndReason) override {}
    void talk_began(const peer::Session&) override {}
    void talk_ended(const peer::Session&, const std::optional<Error>&) override {}
    void message_came(const peer::Session& session, std::uint64_t, const std::string& text) override {
        out_.line(fmt::format("{}: {}", session.user().text(), base::escape_line(text)));
    }
    void message_said(const peer::Session&, std::uint64_t, const std::string&) override {}
    void message_taken(const peer::Session&, std::uint64_t, const std::string&) override {}
    void item_ended(const peer::Session&, Number, Direction, const peer::ItemOutcome&) override {}
    void progressed(const peer::Session&, Number, Direction, const peer::Progress&) override {}
    void transfers_changed(const Desk&) override {}
    void server_lost() override { out_.notice("the server is lost; trying again"); }
    void server_back() override { out_.notice("the server is back"); }
    void people(const wire::pb::Users&) override {}
    void person(const wire::pb::User&) override {}
    void notice(const std::string& text) override { out_.notice(text); }
    void failed(const std::string& what, const Error& why) override {
        if (!trouble_) trouble_ = why;
        out_.notice(words_of(what, why));
    }

  private:
    Output& out_;
    LinesIn lines_;
    std::optional<Error> trouble_;  // the first line that could not be said
};

asio::awaitable<void> LineFront::read(Control& control) {
    for (;;) {
        auto turn = co_await control.turn_to_say();
        if (!turn) co_return;  // the conversation, or the call, has ended the program
        auto line = co_await lines_.next();
        if (!line && line.error().code() == Errc::limit) {
            failed("not sent", line.error());
            continue;
        }
        if (!line || !line->has_value()) break;
        control.act(Say{std::move(**line)});
    }
    co_await control.all_said();
    if (trouble_) {
        control.finish(trouble_);
    } else {
        control.act(CloseSession{});
    }
}

}  // namespace

std::unique_ptr<Front> make_line_front(Context& context) {
    return std::make_unique<LineFront>(context);
}

}  // namespace p2pc::commands::chat
