// Listener: where others reach this process, and who gets in (Admission judges).
//
// One loop. Strangers hold at most 64 slots for at most 10 s each, and get no byte of ours.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/acceptor.hpp"
#include "io/task_group.hpp"
#include "model/url.hpp"
#include "peer/admission.hpp"
#include "rendezvous/dialer.hpp"

namespace p2pc::peer {

class Listener {
  public:
    // Starts listening at once.
    //   Errc::usage          no such transport, or no such address here
    //   Errc::in_use, Errc::local_io
    static Result<std::unique_ptr<Listener>> start(rendezvous::Dialer& dialer, Admission& admission,
                                                   const model::ListenUrl& at);
    ~Listener();

    // Also reached, by this transport, at this port of whatever address the server sees us come from.
    class Seen {
      public:
        Seen(std::string s, std::uint16_t p) : scheme(std::move(s)), port(p) {}
        std::string scheme;
        std::uint16_t port;
    };
    // nullopt: the server is reached over loopback, or the transport has no ports.
    std::optional<Seen> seen(transport::Reach server) const;

    // Under which others may reach it, best first. `server`: how this side reaches the server, which tells
    // whether loopback means anything; `observed`: the address the server sees, or empty.
    std::vector<model::Endpoint> endpoints(transport::Reach server, const std::string& observed) const;

  private:
    Listener(rendezvous::Dialer& dialer, Admission& admission, transport::Transport& by,
             std::unique_ptr<transport::Listener> listener);
    asio::awaitable<void> accept();

    Admission& admission_;
    transport::Transport& transport_;
    transport::Address bound_;
    io::Acceptor acceptor_;
    io::TaskGroup tasks_;
};

}  // namespace p2pc::peer
