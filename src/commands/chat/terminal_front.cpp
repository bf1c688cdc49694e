// A chat for a person: lines that come in above the line being typed.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <asio/signal_set.hpp>
#include <csignal>

#include "base/clock.hpp"
#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/chat/fronts.hpp"
#include "commands/chat/said.hpp"
#include "commands/people.hpp"
#include "io/descriptor.hpp"
#include "terminal/line_editor.hpp"
#include "terminal/progress.hpp"
#include "terminal/raw_mode.hpp"
#include "terminal/screen.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands::chat {
namespace {

constexpr Duration between_progress = std::chrono::milliseconds{250};
// Starts each line of our own: no line of a peer can.
constexpr std::string_view ours = "-- ";

class TerminalFront final : public Front {
  public:
    TerminalFront(Context& context, Client& client, int screen)
        : context_(context),
          client_(client),
          fd_(screen),
          screen_(screen, terminal::columns_of(screen)),
          input_(context.services.loop(), STDIN_FILENO),
          resized_(context.services.loop().context()),
          home_folder_(context.services.environment().home.user_home) {
        screen_.set_prompt(prompt());
        watch_size();
    }

    asio::awaitable<void> read(Control& control) override;
    bool answers(QuestionKind) const override { return true; }

    void ready(const std::vector<std::string>&) override {
        // Before anything is shown: whoever sees it may type.
        auto raw = terminal::RawMode::enter(STDIN_FILENO, terminal::RawMode::Kind::keys);
        if (raw) raw_.emplace(std::move(*raw));
        screen_.show();
        const auto& login = client_.login();
        say(fmt::format("you are {}/{} at {}; /help lists the commands", login.user().text(),
                        login.device().name.text(), login.server().text()));
    }
    void ringing(const model::PeerName& who) override { say(fmt::format("calling {}", who.text())); }
    void call_came(Number number, const peer::Session& session) override {
        first(session);
        introduced_ = session.id();
        say(fmt::format("{} calls: /accept {} or /decline {}", stands(session), number, number));
    }
    void offer_came(Number number, const peer::Session& session, const wire::pb::Offer& offer) override {
        say(fmt::format("{} offers {}: /accept {} or /decline {}", session.user().text(), words_of(offer),
                        number, number));
    }
    void question_gone(Number number, const peer::Session& session) override {
        say(fmt::format("{} took {} back", session.user().text(), number));
    }
    void session_opened(const peer::Session& session) override {
        if (introduced_ != session.id()) first(session);
    }
    void session_ended(const peer::Session&, model::EndReason) override {}
    void talk_began(const peer::Session& session) override {
        partner_ = session.user().text();
        say(fmt::format("talking with {}; /close ends it", stands(session)));
        screen_.set_prompt(prompt());
    }
    void talk_ended(const peer::Session& session, const std::optional<Error>& why) override {
        partner_.reset();
        const auto over = fmt::format("the session with {} is over", session.user().text());
        say(why ? words_of(over, *why) : over);
        screen_.set_prompt(prompt());
    }
    void message_came(const peer::Session& session, std::uint64_t, const std::string& text) override {
        body(session.user().text(), text);
    }
    void message_said(const peer::Session&, std::uint64_t, const std::string& text) override {
        body(client_.login().user().text(), text);
    }
    void message_taken(const peer::Session&, std::uint64_t, const std::string&) override {}
    void item_ended(const peer::Session& session, Number number, Direction direction,
                    const peer::ItemOutcome& outcome) override;
    void progressed(const peer::Session& session, Number number, Direction direction,
                    const peer::Progress& progress) override;
    void transfers_changed(const Desk& desk) override {
        std::erase_if(shares_,
                      [&desk](const auto& share) { return !desk.transfers().contains(share.first); });
        screen_.set_prompt(prompt());
    }
    void server_lost() override { say("the server is lost; trying again"); }
    void server_back() override { say("the server is back"); }
    void people(const wire::pb::Users& users) override;
    void person(const wire::pb::User& user) override;
    void notice(const std::string& text) override { say(text); }
    void failed(const std::string& what, const Error& why) override { say(words_of(what, why)); }

  private:
    // The terminal is given back when nobody types any more, however that came.
    class AtEnd {
      public:
        explicit AtEnd(TerminalFront& front) : front_(front) {}
        ~AtEnd() {
            front_.screen_.hide();
            front_.raw_.reset();
        }
        AtEnd(const AtEnd&) = delete;
        AtEnd& operator=(const AtEnd&) = delete;

      private:
        TerminalFront& front_;
    };

    void watch_size();
    void typed(Control& control, const std::string& line);
    std::string prompt() const;
    // Our own words: each line is marked.
    void say(std::string_view text);
    void body(const std::string& from, const std::string& text);
    void first(const peer::Session& session) {
        const auto fresh = first_contact(session);
        if (fresh) say(*fresh);
    }
    // "bob/box (pinned)"
    static std::string stands(const peer::Session& session) {
        return fmt::format("{}/{} ({})", session.user().text(), session.device().text(),
                           identity::trust_text(session.trust()));
    }

    Context& context_;
    Client& client_;
    int fd_;
    std::optional<terminal::RawMode> raw_;
    terminal::Screen screen_;
    terminal::LineEditor editor_;
    io::Descriptor input_;
    asio::signal_set resized_;
    std::string home_folder_;
    std::optional<std::string> partner_;
    std::optional<model::SessionId> introduced_;  // of the call whose first contact was told
    std::map<Number, std::string> shares_;        // of transfers under way: "45%"
    terminal::Throttle pace_{between_progress};
};

void TerminalFront::watch_size() {
    asio::error_code failed;
    resized_.add(SIGWINCH, failed);
    if (failed) return;
    resized_.async_wait([this](const asio::error_code& stopped, int) {
        if (stopped) return;
        screen_.resize(terminal::columns_of(fd_));
        watch_size();
    });
}

std::string TerminalFront::prompt() const {
    std::string out = client_.login().user().text();
    if (partner_) out += " to " + *partner_;
    for (const auto& [number, share] : shares_)
        out += fmt::format(" [{}: {}]", number, share);
    return out + "> ";
}

void TerminalFront::say(std::string_view text) {
    std::string lines{ours};
    for (const char c : text) {
        lines += c;
        if (c == '\n') lines += ours;
    }
    screen_.print_above(lines);
}

void TerminalFront::body(const std::string& from, const std::string& text) {
    const auto time = base::local_text(context_.services.wall()).substr(11, 5);
    const auto prefix = fmt::format("{} {}> ", time, from);
    // The signal of a new size may come after the first message in it.
    const auto columns = terminal::columns_of(fd_);
    if (columns != screen_.columns()) screen_.resize(columns);
    base::BodyShape shape;
    shape.prefix = prefix;
    shape.columns = columns;
    screen_.print_above(base::escape_body(text, shape));
}

void TerminalFront::item_ended(const peer::Session& session, Number, Direction direction,
                               const peer::ItemOutcome& outcome) {
    const auto name = base::escape_line(outcome.name);
    if (outcome.error) {
        const auto what = direction == Direction::sent ? "was not sent" : "was not received";
        return say(words_of(fmt::format("{} {}", name, what), *outcome.error));
    }
    const auto size = outcome.size ? fmt::format(" ({})", base::format_size(*outcome.size)) : std::string{};
    if (direction == Direction::sent)
        return say(fmt::format("{} has {}{}", session.user().text(), name, size));
    say(fmt::format("received {}{}", base::escape_line(outcome.path.value_or(outcome.name)), size));
}

void TerminalFront::progressed(const peer::Session&, Number number, Direction,
                               const peer::Progress& progress) {
    const bool known = progress.total && *progress.total > 0;
    const auto hundredth = known ? std::max<std::uint64_t>(*progress.total / 100, 1) : 1;
    shares_[number] = known ? fmt::format("{}%", std::min<std::uint64_t>(progress.done / hundredth, 100))
                            : base::format_size(ByteCount{progress.done});
    if (pace_.due(context_.services.now())) screen_.set_prompt(prompt());
}

void TerminalFront::people(const wire::pb::Users& users) {
    terminal::Table table{std::vector(4, terminal::Table::Align::left)};
    for (const auto& user : users.users()) {
        const auto record = user_record(client_, user);
        if (record) table.add(cells_of(*record));
    }
    auto lines = table.str();
    if (!lines.empty()) lines.pop_back();
    say(lines.empty() ? "nobody is online" : lines);
}

void TerminalFront::person(const wire::pb::User& user) {
    const auto record = user_record(client_, user);
    if (!record) return failed("info", record.error());
    std::string lines = fmt::format("{}", fmt::join(cells_of(*record), "  "));
    for (const auto& device : record->devices)
        lines += fmt::format("\n  {}  {}", device.name, fmt::join(device.endpoints, " "));
    if (record->account_key) lines += "\n  key " + model::fingerprint(*record->account_key);
    say(lines);
}

void TerminalFront::typed(Control& control, const std::string& line) {
    auto action = parse_typed(line, home_folder_);
    if (!action) return failed("", action.error());
    control.act(std::move(*action));
}

asio::awaitable<void> TerminalFront::read(Control& control) {
    const AtEnd at_end(*this);
    if (!raw_) co_return control.finish(Error{Errc::local_io, "the terminal cannot be set up"});
    std::array<std::byte, 4096> piece;
    for (;;) {
        auto got = co_await input_.read_some(piece);
        if (!got || *got == 0) break;
        for (const auto& event : editor_.feed(as_text(BytesView{piece}.first(*got)))) {
            if (const auto* submitted = std::get_if<terminal::Submitted>(&event)) {
                screen_.set_input("", 0);
                typed(control, submitted->line);
            } else if (!std::holds_alternative<terminal::Changed>(event)) {
                co_return control.finish(std::nullopt);
            }
        }
        screen_.set_input(editor_.text(), editor_.cursor());
    }
    control.finish(std::nullopt);
}

}  // namespace

std::unique_ptr<Front> make_terminal_front(Context& context, Client& client, int screen) {
    return std::make_unique<TerminalFront>(context, client, screen);
}

}  // namespace p2pc::commands::chat
