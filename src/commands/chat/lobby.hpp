// Lobby: a chat from start to end - online, calls in both directions, at most one conversation at a time, and
// the visits of one-shot commands beside it.
//
// One loop. The front shows what happens and says what is wanted; what goes wrong goes to it.
#pragma once

#include <set>

#include "commands/chat.hpp"
#include "commands/chat/talk.hpp"
#include "commands/chat/visit.hpp"
#include "commands/client.hpp"
#include "peer/calls.hpp"

namespace p2pc::commands::chat {

class Lobby final : public Control, private rendezvous::OnlineObserver, private Talk::Owner {
  public:
    // REQUIRES: everything given by reference outlives run() and the object.
    Lobby(Context& context, Client& client, const ChatOptions& options, Front& front);

    // The exit code.
    asio::awaitable<int> run();

    void act(Action action) override;
    asio::awaitable<Status> turn_to_say() override;
    asio::awaitable<void> all_said() override;
    void finish(std::optional<Error> why) override;

  private:
    class Doing;

    Status listen();
    asio::awaitable<void> read_input();
    asio::awaitable<void> leave();

    void call(model::PeerName who);
    asio::awaitable<void> call_out(model::PeerName who, unsigned attempt);
    void call_failed(const Error& why);
    void accept(Which which);
    void close();
    asio::awaitable<void> list_people();
    asio::awaitable<void> show_person(model::UserName user);

    void incoming_call(const wire::pb::IncomingCall& call) override;
    void peer_removed(const model::SessionId& session) override { calls_.revoke(session); }
    void server_lost() override { room_.front.server_lost(); }
    void server_back() override { room_.front.server_back(); }
    void ended(const Error& why) override;
    bool takes(const peer::Calls::Caller& caller, wire::pb::Kind kind) const;
    asio::awaitable<void> take_call(peer::Introduction introduction, wire::pb::Kind kind);
    asio::awaitable<void> pass(model::SessionId session);
    asio::awaitable<void> receive_call(std::unique_ptr<peer::Session> session);
    asio::awaitable<void> turn_down(std::unique_ptr<peer::Session> session);
    void begin_talk(std::unique_ptr<peer::Session> session, Talk::Stage stage);

    void talk_opened(Talk& talk) override;
    void talk_over(Talk& talk, const std::optional<Error>& why) override;

    Context& context_;
    Client& client_;
    const ChatOptions& options_;
    rendezvous::Online online_;
    peer::Calls calls_;
    Desk desk_;
    Room room_;
    // The conversation, or the call it may become; and whom is called before there is a session.
    std::shared_ptr<Talk> talk_;
    std::optional<model::PeerName> calling_;
    unsigned attempt_ = 0;  // which call is the present one
    std::set<std::shared_ptr<Visit>> visits_;
    std::size_t arriving_ = 0;  // calls taken whose person was not asked yet
    io::Event done_, changed_;
    bool leaving_ = false;
    std::optional<Error> why_;
    io::TaskGroup tasks_;  // joined
    io::TaskGroup input_;  // stopped at the end, as are own calls that nobody answered yet
};

}  // namespace p2pc::commands::chat
