// Session: a proven connection between two people, from the chosen link to the report of its end.
//
// One loop. Its first link is read by whoever owns the session; further ones (bulk) are made by open_bulk()
// here and accepted by arrived() there. Dropping it aborts the link; the end is then reported by its owner.
#pragma once

#include "home/reports.hpp"
#include "identity/pin.hpp"
#include "peer/path_finder.hpp"
#include "peer/spares.hpp"

namespace p2pc::peer {

// After a signal, or a person's word, nobody waits longer for the other side.
inline constexpr Duration last_words = std::chrono::seconds{1};

// Says Close (for reason closed), and that nothing follows.
asio::awaitable<Status> say_close(channel::Channel& link, Deadline by);
// Waits for the other side's end, and drops the link: until then what was written may still be lost with a
// reset.
asio::awaitable<void> hear_end(channel::Channel& link, Deadline by);

class Session {
  public:
    Session(rendezvous::Dialer& dialer, crypto::Random& random, const Self& self,
            std::unique_ptr<Admission::Expected> expected, CallRole role, ProvenChannel first,
            identity::Trust trust, std::vector<model::Endpoint> candidates, WallTime started);
    ~Session();

    const model::SessionId& id() const noexcept { return expected_->introduction().session(); }
    const model::UserName& user() const noexcept { return expected_->introduction().user(); }
    const model::DeviceName& device() const noexcept { return expected_->introduction().device().name; }
    const Introduction& introduction() const noexcept { return expected_->introduction(); }
    const Self& self() const noexcept { return self_; }
    CallRole role() const noexcept { return role_; }
    // How the account stood before this session: fresh means that it was pinned just now.
    identity::Trust trust() const noexcept { return trust_; }
    WallTime started() const noexcept { return started_; }
    std::string path() const { return "direct"; }
    // Whether this side reached the other by dialling: then it can again.
    bool dialled() const noexcept { return dialled_; }

    channel::Channel& link() noexcept { return *first_; }
    // Names that first link (identity::link_name).
    const crypto::Hash256Value& link_name() const noexcept { return link_name_; }
    // Of the device list the other side carried, or the newer one the server showed.
    std::uint64_t list_serial() const noexcept { return list_serial_; }
    Status send(const wire::pb::PeerMessage& message) { return first_->send(wire::frame(message)); }

    // The device at the other end was removed from its account: every link was cut, those handed out too, and
    // there will be no other.
    bool revoked() const noexcept { return expected_->revoked(); }

    // Another connection of this session.   Errc::no_path, Errc::identity; revoked: Errc::peer_offline
    asio::awaitable<Result<std::unique_ptr<channel::Channel>>> open_bulk(Deadline by);
    // Of those that were dialled ahead: how many may still come, and the next one, proven.
    //   Errc::closed  there is none, or no more
    void set_spares(std::unique_ptr<Spares> spares);
    std::size_t spares() const noexcept { return spares_ ? spares_->count() : 0; }
    asio::awaitable<Result<std::unique_ptr<channel::Channel>>> open_spare(Deadline by);
    // The next one the other side opened.
    asio::awaitable<Result<std::unique_ptr<channel::Channel>>> accept_bulk(Deadline by);
    // The bytes of a bulk link count when it is handed back.
    void count(const channel::Channel& bulk);

    std::uint64_t bytes_in() const noexcept { return more_in_ + first_->bytes_in(); }
    std::uint64_t bytes_out() const noexcept { return more_out_ + first_->bytes_out(); }
    home::Report report(model::EndReason reason, WallTime ended) const;

    // say_close() and hear_end() of the first link.
    asio::awaitable<void> close(Deadline by);

    // What revoked() means, for whoever asked for something.
    Error removed() const;

  private:
    std::unique_ptr<channel::Channel> tied(ProvenChannel link);

    rendezvous::Dialer& dialer_;
    crypto::Random& random_;
    const Self& self_;
    std::unique_ptr<Admission::Expected> expected_;
    CallRole role_;
    std::unique_ptr<channel::Channel> first_;
    bool dialled_;
    crypto::Hash256Value link_name_;
    std::uint64_t list_serial_;
    identity::Trust trust_;
    std::vector<model::Endpoint> candidates_;
    std::unique_ptr<Spares> spares_;
    WallTime started_;
    std::uint64_t more_in_ = 0, more_out_ = 0;
};

}  // namespace p2pc::peer
