// Client: this home as a client of its server - login, keys, pins and reports - for every command that logs
// in.
//
// Loading asks nothing and contacts nobody. One a process, on the loop's thread; it outlives what is made
// with it (self() and reports() go by reference).
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <vector>

#include "commands/context.hpp"
#include "home/login_store.hpp"
#include "home/pins.hpp"
#include "home/reports.hpp"
#include "identity/pin.hpp"
#include "peer/self.hpp"
#include "rendezvous/failed_attempts.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::commands {

class Client {
  public:
    // Makes the home if need be and reads its login.
    //   Errc::local_io, Errc::corrupt   the home
    //   Errc::not_logged_in             no login here, or --server names another server than its
    static Result<std::unique_ptr<Client>> load(Context& context);

    const peer::Self& self() const noexcept { return self_; }
    const home::Login& login() const noexcept { return self_.login(); }
    home::LoginStore& store() noexcept { return store_; }
    home::Pins& pins() noexcept { return pins_; }
    home::Reports& reports() noexcept { return reports_; }

    // One connection for one question or a few: logs in, with the reports that wait in the home behind
    // `first` (link->reply_ahead as there). Errors are those of the server, as exit codes want them.
    asio::awaitable<Result<rendezvous::SignedIn>> sign_in(std::vector<rendezvous::ClientMessage> first,
                                                          Deadline by);
    // Its end: forgets the reports that arrived.
    asio::awaitable<void> finish(rendezvous::SignedIn& in, Deadline by);

    // What every Welcome brings: a newer device list of the own account is kept and used from now on, and
    // failed logins are told.   Errc::identity   the server shows another account key
    Status welcomed(const wire::pb::Welcome& welcome);

    // How an account key the server shows stands with this home. Errc::corrupt: the pins.
    Result<identity::Trust> trust_of(const model::UserName& user, const model::PublicKey& account_key) const;

  private:
    Client(Context& context, home::LoginStore store, peer::Self self);
    void add_reports(std::vector<rendezvous::ClientMessage>& requests);

    Context& context_;
    home::LoginStore store_;
    home::Pins pins_;
    home::Reports reports_;
    peer::Self self_;
    // Those that went with the last sign_in(), and the number of the first one's request.
    std::vector<home::Report> sent_;
    std::uint64_t first_sent_ = 0;
};

// "12 wrong passwords ..." on stderr, when there were any.
void tell_failed_attempts(Output& out, const rendezvous::FailedAttempts& failed);

}  // namespace p2pc::commands
