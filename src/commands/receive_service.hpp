// ReceiveService: what `p2pc receive` does, without its printing: online, judging calls, taking deliveries.
//
// One loop. REQUIRES: everything given by reference outlives run().
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "commands/item_program.hpp"
#include "commands/receive_delivery.hpp"
#include "commands/receive_links.hpp"
#include "home/pins.hpp"
#include "home/reports.hpp"
#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "peer/calls.hpp"
#include "peer/delivery_receiver.hpp"
#include "runtime/services.hpp"
#include "transfer/output.hpp"

namespace p2pc::commands {

// Told of all that happens, on the loop. take_message() may fail: then the sender hears that.
class ReceiveReporter {
  public:
    virtual ~ReceiveReporter() = default;
    virtual void listening(const std::vector<std::string>& endpoints) = 0;
    virtual void session_opened(const peer::Session& session) = 0;
    virtual void session_ended(const peer::Session& session, model::EndReason reason) = 0;
    virtual void offered(const peer::Session& session, const wire::pb::Offer& offer) = 0;
    virtual Status message(const peer::Session& session, std::uint64_t id, const std::string& text) = 0;
    virtual void item_ended(const peer::Session& session, const peer::ItemOutcome& outcome) = 0;
    virtual void progressed(const peer::Session& session, const peer::Progress& progress) = 0;
    virtual void server_state(bool up) = 0;
    virtual void notice(const std::string& text) = 0;
};

struct ReceiveRules {
    std::set<model::UserName> from;  // empty: who is pinned, or whoever `ask` says yes to
    // Asks a person about a first contact, on a pool thread; null: nobody can be asked.
    std::function<bool(const model::UserName&, const model::PublicKey&)> ask;
    bool once = false;
    std::optional<Duration> wait;  // nobody came: peer_offline
    std::string output = ".";
    transfer::AnyNames any_names = transfer::AnyNames::no;
    transfer::OnConflict on_conflict = transfer::OnConflict::rename;
    bool may_remove = false;  // what the sender does not have
    transfer::ReceivePolicy policy;
    std::optional<std::string> program;  // --exec, checked
    Duration stall = peer::default_stall;
    peer::PrivateRanges private_ranges = peer::PrivateRanges::only_same_address;
    // Told of every login (Client::welcomed): a newer device list is kept and shown from then on.
    std::function<Status(const wire::pb::Welcome&)> welcomed;
    std::optional<model::ListenUrl> listen;  // absent: the server's scheme, any free port
};

class ReceiveService final : public rendezvous::OnlineObserver {
  public:
    ReceiveService(runtime::Services& services, const peer::Self& self, home::Pins& pins,
                   home::Reports& reports, ReceiveRules rules, ReceiveReporter& reporter);

    // Until stop(), the one delivery of --once, or an error.
    //   Errc::peer_offline   --wait ran out
    //   with --once: what the delivery came to (Errc::partial_delivery is told by `mixed`)
    asio::awaitable<Status> run(Deadline connect_by);
    // From a signal: transfers end with what they have kept, the server is told.
    void stop();
    // The one delivery of --once had items of both kinds.
    bool mixed() const noexcept { return mixed_; }

  private:
    void incoming_call(const wire::pb::IncomingCall& call) override;
    void server_lost() override { reporter_.server_state(false); }
    void server_back() override { reporter_.server_state(true); }
    Status welcomed(const wire::pb::Welcome& welcome) override { return rules_.welcomed(welcome); }
    void peer_removed(const model::SessionId& session) override;
    void ended(const Error& why) override;

    void end(Status result);
    asio::awaitable<void> judge(wire::pb::IncomingCall call);
    void placed(const peer::Session& session, const peer::ItemOutcome& item);
    asio::awaitable<void> run_program(std::string from, peer::ItemOutcome item);
    asio::awaitable<bool> welcome(const peer::Calls::Caller& caller);
    asio::awaitable<void> serve(peer::Introduction introduction);
    ReceiveLinks* waiting_for(const model::UserName& user) const;
    asio::awaitable<model::EndReason> converse(peer::Session& session, ReceiveLinks& links,
                                               ReceiveDelivery& delivery);
    asio::awaitable<model::EndReason> converse_on(peer::Session& session, ReceiveLinks& links,
                                                  ReceiveDelivery& delivery,
                                                  std::optional<wire::pb::Offer> again);
    bool may_ask(const wire::pb::Offer& offer, const transfer::Output& output) const;
    asio::awaitable<Status> take_offer(peer::Session& session, ReceiveLinks& links, wire::pb::Offer offer,
                                       ReceiveDelivery& delivery);

    runtime::Services& services_;
    const peer::Self& self_;
    ReceiveRules rules_;
    ReceiveReporter& reporter_;
    rendezvous::Online online_;
    peer::Calls calls_;
    std::optional<ItemProgram> program_;
    std::optional<Status> result_;
    io::Event over_;
    bool busy_ = false;  // --once: a delivery is under way, others are passed over
    bool mixed_ = false;
    bool asking_ = false;
    std::set<ReceiveLinks*> sessions_;
    io::TaskGroup tasks_;
};

}  // namespace p2pc::commands
