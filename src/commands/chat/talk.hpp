// Talk: the conversation of one session, from the invitation to the report of its end, with the transfers in
// it (docs/protocol.md, "Conversation").
//
// One loop. run() reads the session's first link; each transfer has a link of its own. Whoever dialled the
// first link dials those too; one that was asked for by OpenBulk begins with an OpenBulk.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "commands/chat/delivery.hpp"
#include "io/event.hpp"
#include "io/task_group.hpp"

namespace p2pc::commands::chat {

class Talk {
  public:
    enum class Stage { inviting, open, over };

    class Owner {
      public:
        virtual ~Owner() = default;
        virtual void talk_opened(Talk& talk) = 0;
        // Nothing can be said any more. `why` unless an end closed it; Errc::refused: the invitation was.
        virtual void talk_over(Talk& talk, const std::optional<Error>& why) = 0;
    };

    // REQUIRES: `room` and `owner` outlive run().
    Talk(Room& room, Owner& owner, std::unique_ptr<peer::Session> session, Stage stage);

    // To the end, which it reports. Once.
    static asio::awaitable<void> run(std::shared_ptr<Talk> talk);

    //   Errc::limit   too long, or too much is on its way
    //   Errc::usage   not UTF-8
    Status say(std::string text);
    void send(Files files);
    // Begins the polite end. Repeatable.
    void close();

    Stage stage() const noexcept { return stage_; }
    const peer::Session& session() const noexcept { return *session_; }
    // Texts the other side has not taken yet, and transfers that are not done.
    std::size_t texts_under_way() const noexcept { return said_.size(); }
    std::size_t under_way() const noexcept { return said_.size() + sending_; }
    // Pulsed when either becomes less, and at the end.
    io::Event& eased() noexcept { return eased_; }

  private:
    // A link of a transfer, from when it is wanted.
    struct Line {
        explicit Line(io::Loop& loop) : ready(loop) {}
        void abort();
        io::Event ready;  // there, or there will be none
        std::unique_ptr<channel::Channel> link;
    };
    using SharedLine = std::shared_ptr<Line>;

    asio::awaitable<std::optional<Error>> read();
    // Gives true when the conversation goes on.
    Result<bool> take(const wire::pb::PeerMessage& message);
    void take_text(const wire::pb::Text& text);
    void take_receipt(const wire::pb::TextTaken& taken);
    asio::awaitable<void> part();

    asio::awaitable<void> accept_lines();
    asio::awaitable<void> dial(SharedLine line);
    asio::awaitable<void> welcome(SharedLine line);
    asio::awaitable<void> deliver(Files files, Number number);
    asio::awaitable<void> deliver_asked(SharedLine line);
    void open_asked_line();
    asio::awaitable<Result<wire::pb::PeerMessage>> first_message(SharedLine line);
    asio::awaitable<void> receive(SharedLine line, wire::pb::Offer offer);
    asio::awaitable<Status> connect(SharedLine line);
    SharedLine new_line();
    void hang_up(SharedLine line);

    Room& room_;
    Owner& owner_;
    std::unique_ptr<peer::Session> session_;
    Stage stage_;
    bool closing_ = false;
    std::uint64_t last_text_ = 0;
    std::map<std::uint64_t, std::string> said_;
    std::size_t sending_ = 0;
    std::set<SharedLine> lines_;
    std::deque<SharedLine> wanted_;  // asked for with OpenBulk
    io::Event eased_, over_;
    io::TaskGroup links_;      // making connections: stopped at the end
    io::TaskGroup transfers_;  // never stopped: they end with their links
};

}  // namespace p2pc::commands::chat
