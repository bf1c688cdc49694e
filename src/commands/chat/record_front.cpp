// A chat steered by a program: records in, records out (docs/cli.md, "chat", "JSON records").
#include <unistd.h>

#include "commands/chat/fronts.hpp"
#include "commands/chat/lines_in.hpp"
#include "commands/chat/said.hpp"
#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "terminal/progress.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr Duration between_progress = std::chrono::milliseconds{500};

class RecordFront final : public Front {
  public:
    RecordFront(Context& context, Client& client, Place place)
        : context_(context),
          out_(context.out),
          client_(client),
          place_(place),
          lines_(context.services.loop(), STDIN_FILENO, longest_record) {}

    asio::awaitable<void> read(Control& control) override;
    // A call is taken from whom it knows, without asking; an offer waits for {"type":"accept"}.
    bool answers(QuestionKind kind) const override { return kind == QuestionKind::offer && !input_ended_; }

    void ready(const std::vector<std::string>& endpoints) override {
        ListeningRecord record;
        record.endpoints = endpoints;
        record.key = client_.login().account_key();
        print(record);
    }
    void ringing(const model::PeerName&) override {}
    void call_came(Number number, const peer::Session& session) override {
        CallRecord record;
        record.id = std::to_string(number);
        record.from = session.user().text();
        record.device = session.device().text();
        record.trust = session.trust();
        print(record);
    }
    void offer_came(Number number, const peer::Session& session, const wire::pb::Offer& offer) override {
        OfferRecord record;
        record.id = std::to_string(number);
        record.session = model::id_text(session.id());
        record.from = session.user().text();
        if (offer.files() > 0) record.files = offer.files();
        if (offer.has_total()) record.total = ByteCount{offer.total()};
        record.trust = session.trust();
        print(record);
    }
    void question_gone(Number number, const peer::Session&) override {
        failed("", Error{Errc::not_found, "question " + std::to_string(number) + " was withdrawn"});
    }
    void session_opened(const peer::Session& session) override {
        const auto fresh = first_contact(session);
        if (fresh) out_.notice(*fresh);
        print(session_record_of(session));
    }
    void session_ended(const peer::Session& session, model::EndReason reason) override {
        auto record = session_record_of(session);
        record.state = model::SessionState::ended;
        record.ended = out_.now();
        record.reason = reason;
        record.bytes_in = ByteCount{session.bytes_in()};
        record.bytes_out = ByteCount{session.bytes_out()};
        print(record);
    }
    void talk_began(const peer::Session&) override {}
    void talk_ended(const peer::Session&, const std::optional<Error>& why) override {
        // In a conversation that was asked for, this is what the program ends with.
        if (why && place_ == Place::lobby) failed("the conversation", *why);
    }
    void message_came(const peer::Session& session, std::uint64_t id, const std::string& text) override {
        message(session, id, text, Direction::received);
    }
    void message_said(const peer::Session&, std::uint64_t, const std::string&) override {}
    void message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) override {
        message(session, id, text, Direction::sent);
    }
    void item_ended(const peer::Session& session, Number number, Direction direction,
                    const peer::ItemOutcome& outcome) override {
        print(file_record_of(session, client_.login().user(), number, direction, outcome));
    }
    void progressed(const peer::Session& session, Number number, Direction direction,
                    const peer::Progress& progress) override;
    void transfers_changed(const Desk& desk) override;
    void server_lost() override { print(ServerChange::lost); }
    void server_back() override { print(ServerChange::back); }
    void people(const wire::pb::Users& users) override {
        for (const auto& user : users.users())
            person(user);
    }
    void person(const wire::pb::User& user) override {
        const auto record = user_record(client_, user);
        if (record) print(*record);
    }
    void notice(const std::string& text) override { out_.notice(text); }
    void failed(const std::string& what, const Error& why) override {
        out_.notice(words_of(what, why));
        out_.record(
            error_line(exit_code_of(why.code()), word_of(why.code()), words_of(what, why), out_.now()));
    }

  private:
    struct Pace {
        terminal::Throttle throttle{between_progress};
        std::optional<Instant> since;
        std::uint64_t done = 0;
    };

    template <class Any>
    void print(const Any& record) {
        out_.record(line_of(record, out_.now()));
    }
    void message(const peer::Session& session, std::uint64_t id, const std::string& text,
                 Direction direction);

    Context& context_;
    Output& out_;
    Client& client_;
    Place place_;
    LinesIn lines_;
    bool input_ended_ = false;
    std::map<Number, Pace> paces_;
};

void RecordFront::message(const peer::Session& session, std::uint64_t id, const std::string& text,
                          Direction direction) {
    const bool sent = direction == Direction::sent;
    const auto& self = client_.login().user().text();
    MessageRecord record;
    record.id = std::to_string(id);
    record.session = model::id_text(session.id());
    record.from = sent ? self : session.user().text();
    record.to = sent ? session.user().text() : self;
    record.text = text;
    record.state = sent ? "delivered" : "received";
    print(record);
}

void RecordFront::progressed(const peer::Session& session, Number number, Direction direction,
                             const peer::Progress& progress) {
    auto& pace = paces_[number];
    const auto now = context_.services.now();
    if (!pace.throttle.due(now)) return;
    ProgressRecord record;
    record.id = std::to_string(number);
    record.session = model::id_text(session.id());
    record.direction = direction == Direction::sent ? "out" : "in";
    record.name = progress.name;
    record.done = ByteCount{progress.done};
    if (progress.total) record.total = ByteCount{*progress.total};
    record.files_done = progress.files_done;
    record.files_total = progress.files_total;
    if (pace.since && now > *pace.since) {
        const std::chrono::duration<double> span = now - *pace.since;
        record.rate = ByteCount{
            static_cast<std::uint64_t>(static_cast<double>(progress.done - pace.done) / span.count())};
    }
    pace.since = now;
    pace.done = progress.done;
    print(record);
}

void RecordFront::transfers_changed(const Desk& desk) {
    std::erase_if(paces_, [&desk](const auto& pace) { return !desk.transfers().contains(pace.first); });
}

asio::awaitable<void> RecordFront::read(Control& control) {
    for (;;) {
        auto line = co_await lines_.next();
        if (!line && line.error().code() != Errc::limit) break;
        if (line && !line->has_value()) break;
        auto action = line ? parse_record(**line) : Result<Action>{line.error()};
        if (!action) {
            failed("", action.error());
            continue;
        }
        // What is for the other side waits until it has accepted the call.
        const bool for_peer =
            std::holds_alternative<Say>(*action) || std::holds_alternative<SendFiles>(*action);
        if (for_peer) {
            auto turn = co_await control.turn_to_say();
            static_cast<void>(turn);  // without a conversation act() says so
        }
        control.act(std::move(*action));
    }
    input_ended_ = true;
    // A lobby goes on listening.
    if (place_ == Place::lobby) co_return;
    auto turn = co_await control.turn_to_say();
    if (!turn) co_return;
    co_await control.all_said();
    control.act(CloseSession{});
}

}  // namespace

std::unique_ptr<Front> make_record_front(Context& context, Client& client, Place place) {
    return std::make_unique<RecordFront>(context, client, place);
}

}  // namespace p2pc::commands::chat
