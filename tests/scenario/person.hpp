// Person: one process of one person at one of their devices - a home on disk, and all a client is made of.
#pragma once

#include "home/login_store.hpp"
#include "peer/calls.hpp"
#include "plugin_host/plugin_host.hpp"
#include "scenario/world.hpp"
#include "support/temp_folder.hpp"

namespace p2pc::testing {

using wire::pb::PeerMessage;

class Person final : public rendezvous::OnlineObserver {
  public:
    // A new device of the account of that name, on a host of its own: "alice" is at host "alice", a further
    // device "phone" of hers at "alice.phone".
    Person(World& world, const std::string& user, const std::string& device = "box");
    // Another process of the same home and host.
    explicit Person(Person& same_home);
    // Without go(): as by SIGKILL, and nobody is told before the network says so.
    ~Person() override;

    // Logs in, listens and announces; watches everybody, if told to.
    asio::awaitable<Status> come(wire::pb::Program program, bool watching = false);
    // The same, with a call in the flight of the login.
    asio::awaitable<Result<std::unique_ptr<peer::Session>>> come_calling(std::string user);
    // The polite end.
    asio::awaitable<void> go();
    // Makes the process vanish: its connections are cut first, so that nobody hears of it.
    void die();
    bool online() const { return online_ && online_->up(); }

    asio::awaitable<Result<std::unique_ptr<peer::Session>>> call(std::string user,
                                                                 wire::pb::Kind kind = wire::pb::KIND_CHAT);
    // The next incoming call, taken.
    asio::awaitable<Result<std::unique_ptr<peer::Session>>> answer();

    // What was heard.
    void incoming_call(const wire::pb::IncomingCall& call) override;
    void call_gone(const model::SessionId&) override { ++calls_gone; }
    void peer_removed(const model::SessionId& session) override {
        if (calls_) calls_->revoke(session);
    }
    void users_changed(const wire::pb::Users&) override { ++changes; }
    void server_lost() override { lost_at.push_back(world.loop.now()); }
    void server_back() override { back_at.push_back(world.loop.now()); }
    void ended(const Error& why) override { end = why; }

    World& world;
    std::string host;
    std::shared_ptr<TempFolder> folder;
    home::HomePaths paths;
    home::LoginStore logins;
    home::Pins pins;
    home::Reports reports;
    plugin_host::PluginHost plugins{{}};
    rendezvous::Dialer dialer;
    rendezvous::SignInContext context;
    std::unique_ptr<peer::Self> self;
    io::Queue<wire::pb::IncomingCall> incoming;
    int calls_gone = 0, changes = 0;
    std::vector<Instant> lost_at, back_at;
    std::optional<Error> end;

    rendezvous::Online& online_link() { return *online_; }
    peer::Calls& calls() { return *calls_; }

  private:
    Status prepare();

    std::unique_ptr<rendezvous::Online> online_;
    std::unique_ptr<peer::Calls> calls_;
};

// One session between two people who are online, both ends of it.
class Meeting {
  public:
    std::unique_ptr<peer::Session> caller, callee;
};
Meeting meet(Person& caller, Person& callee, wire::pb::Kind kind = wire::pb::KIND_CHAT);
void come_online(Person& person, wire::pb::Program program = wire::pb::PROGRAM_CHAT);

// Says something and waits until the other side has it.
asio::awaitable<void> say(peer::Session& from, peer::Session& to, std::string text);

// The polite end at both sides, each with its report.
asio::awaitable<void> hang_up(Person& person, peer::Session& session, model::EndReason reason);

storage::SessionRecord record_of(World& world, const model::SessionId& session);

}  // namespace p2pc::testing
