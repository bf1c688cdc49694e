// Online: a process's standing with the server - logged in, announced, and back by itself when the
// connection is lost (0.5 s to 30 s apart, with jitter). Sessions between people go on meanwhile.
//
// One loop. It delivers the reports that waited in the home whenever it is up, and keeps new ones there
// when it is not. REQUIRES: everything given by reference outlives stop() and the object; after a start()
// that succeeded, stop() completes before the object dies.
#pragma once

#include <functional>
#include <set>

#include "home/reports.hpp"
#include "io/event.hpp"
#include "io/task_group.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::rendezvous {

// A report as a request, for whoever delivers one on a link of its own.
ClientMessage report_request(const home::Report& report);

// What is told on the loop; must not wait.
class OnlineObserver {
  public:
    virtual ~OnlineObserver() = default;
    // At every login. An error ends it for good.
    virtual Status welcomed(const wire::pb::Welcome& welcome) {
        static_cast<void>(welcome);
        return {};
    }
    virtual void incoming_call(const wire::pb::IncomingCall& call) { static_cast<void>(call); }
    virtual void call_gone(const model::SessionId& session) { static_cast<void>(session); }
    // The device at the other end of that session was removed from its account.
    virtual void peer_removed(const model::SessionId& session) { static_cast<void>(session); }
    virtual void users_changed(const wire::pb::Users& users) { static_cast<void>(users); }
    virtual void server_lost() {}
    virtual void server_back() {}
    // It will not come back: the device was removed, or another key answers.
    virtual void ended(const Error& why) { static_cast<void>(why); }
};

class Online {
  public:
    Online(SignInContext& context, const home::Login& login, const crypto::SigningKey& device_key,
           home::Reports& reports, OnlineObserver& observer);
    ~Online();

    // What this instance takes and where it listens, announced at every login. `endpoints` is asked with
    // how the server is reached and the address it sees (empty: unknown).
    using Endpoints = std::function<std::vector<model::Endpoint>(transport::Reach, const std::string&)>;
    void announce(wire::pb::Program program, Endpoints endpoints);
    // Asked for changes of presence at every login; the first list comes as a change too.
    void watch(bool all);

    // The first login. Its errors are those of sign_in_device.
    // `ahead` is a request of its first flight, which need not wait for the login.
    using Ahead = std::function<ClientMessage(transport::Reach)>;
    asio::awaitable<Result<wire::pb::Welcome>> start(Deadline by, Ahead ahead = nullptr);
    // The answer to it, once.
    //   Errc::interrupted  the connection of that login has ended
    asio::awaitable<Result<ServerMessage>> answer_ahead(Deadline by);

    bool up() const noexcept { return link_ != nullptr && link_->up(); }
    //   Errc::cannot_connect   not up, as now
    asio::awaitable<Result<ServerMessage>> ask(ClientMessage request, Deadline by);

    // A session whose link is up here: said to the server again after a reconnect.
    void session_up(const model::SessionId& session) { sessions_.insert(session); }
    // It has ended: reported now, or kept in the home for later.
    asio::awaitable<void> session_ended(home::Report report);
    // The same for whoever leaves now: where the server is far it is kept in the home and said in passing,
    // and the next command says it again.
    asio::awaitable<void> last_session_ended(home::Report report);

    // The first login's three round trips took at least 10 ms each.
    bool is_far() const noexcept { return far_; }
    transport::Reach reach() const noexcept { return reach_; }
    const std::string& observed() const noexcept { return observed_; }
    std::vector<std::string> endpoints() const;

    // The polite end of the connection, and no reconnecting.
    asio::awaitable<void> stop(Deadline by);

  private:
    asio::awaitable<Result<wire::pb::Welcome>> connect(Ahead ahead, Deadline by);
    asio::awaitable<void> keep();
    asio::awaitable<Error> serve();
    asio::awaitable<void> deliver_reports();
    void dispatch(const ServerMessage& event);
    std::vector<ClientMessage> first_requests() const;

    SignInContext& context_;
    const home::Login& login_;
    const crypto::SigningKey& device_key_;
    home::Reports& reports_;
    OnlineObserver& observer_;
    wire::pb::Program program_ = wire::pb::PROGRAM_NONE;
    Endpoints endpoints_;
    std::optional<bool> watch_all_;
    std::set<model::SessionId> sessions_;
    std::unique_ptr<ServerLink> link_;
    bool first_link_ = false;  // that of start()
    transport::Reach reach_ = transport::Reach::global;
    std::string observed_;
    bool far_ = false;
    bool stopping_ = false;
    io::TaskGroup tasks_;
};

}  // namespace p2pc::rendezvous
