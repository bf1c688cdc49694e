// SendService: what `p2pc send` does, without its printing: to one person, a message, files, or both.
//
// One loop. REQUIRES: everything given by reference outlives run().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commands/send_link.hpp"
#include "commands/send_tries.hpp"
#include "commands/sent_paths.hpp"
#include "home/pins.hpp"
#include "home/reports.hpp"
#include "peer/calls.hpp"
#include "peer/delivery_sender.hpp"
#include "runtime/services.hpp"

namespace p2pc::commands {

class SendReporter : public peer::DeliveryObserver {
  public:
    virtual void session_opened(const peer::Session& session) = 0;
    virtual void session_ended(const peer::Session& session, model::EndReason reason) = 0;
    virtual void message_taken(const peer::Session& session, std::uint64_t id, const std::string& text) = 0;
    virtual void removed(std::uint64_t entries) = 0;  // at the other side, or would be
    virtual void notice(const std::string& text) = 0;
};

struct SendRules {
    model::PeerName to;
    std::optional<std::string> message;
    // Walked only once the peer is there: stdin is not read before.
    SentPaths sent;
    bool update = false, dry_run = false, remove = false, times = true, checksum = false;  // as OfferTerms
    Duration retry_for = std::chrono::minutes{2};  // a lost link is made again for so long; 0: never
    bool wait = false;
    std::optional<Duration> wait_for;  // absent: for ever
    Duration stall = peer::default_stall;
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
    // Told of every login (Client::welcomed): a newer device list is kept and shown from then on.
    std::function<Status(const wire::pb::Welcome&)> welcomed;
    std::optional<model::ListenUrl> listen;
    io::Pool* pool = nullptr;    // where the sources are read; null: the services'
    peer::Pace* pace = nullptr;  // null: as fast as it goes
    std::size_t lanes = 1;  // connections of the delivery at most, on a long path: all receivers share them
};

class SendService final : public rendezvous::OnlineObserver {
  public:
    SendService(runtime::Services& services, const peer::Self& self, home::Pins& pins, home::Reports& reports,
                SendRules rules, SendReporter& reporter);

    // Completes when everything was settled by the receiver; how each item ended the reporter was told, so
    // ok says only that the delivery as such went through.
    asio::awaitable<Status> run(Deadline connect_by);
    // From a signal.
    void stop();

  private:
    void users_changed(const wire::pb::Users& users) override;
    Status welcomed(const wire::pb::Welcome& welcome) override { return rules_.welcomed(welcome); }
    void peer_removed(const model::SessionId& session) override;
    void ended(const Error& why) override;

    wire::pb::Kind kind() const;
    // `ahead`: the call went with the login.
    asio::awaitable<Result<std::unique_ptr<peer::Session>>> called(bool ahead);
    asio::awaitable<Result<std::unique_ptr<peer::Session>>> reach();
    asio::awaitable<Status> hand_over();
    asio::awaitable<Status> say(peer::Session& session);
    asio::awaitable<Status> deliver();
    asio::awaitable<Status> try_once(SendTries& tries);
    asio::awaitable<void> watch_for_take_over(peer::DeliverySender& sender);
    asio::awaitable<Result<Announced>> look_at_sources();
    asio::awaitable<std::size_t> count_lanes();
    asio::awaitable<void> open_lane(peer::DeliverySender& sender);
    asio::awaitable<void> drop_soon();

    runtime::Services& services_;
    const peer::Self& self_;
    SendRules rules_;
    SendReporter& reporter_;
    rendezvous::Online online_;
    peer::Calls calls_;
    io::Event somebody_;  // the peer's presence may have changed
    std::optional<Error> gone_;
    SendLink link_;
    std::unique_ptr<channel::Channel> beside_;  // proven, and about to take over
    peer::DeliverySender* sender_ = nullptr;
    bool stopped_ = false;
    bool closed_there_ = false;  // the receiver ended the session in order
    io::TaskGroup tasks_;
};

}  // namespace p2pc::commands
