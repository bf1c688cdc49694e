// Spares: connections to the other end of a session that are dialled while its first link is still being
// proven, so that a delivery has lanes when its data begins (docs/decisions/0018-lanes.md).
//
// One loop. Dropping it drops those that nobody took.
#pragma once

#include "io/queue.hpp"
#include "io/task_group.hpp"
#include "rendezvous/dialer.hpp"

namespace p2pc::peer {

class Spares {
  public:
    // Begins at once.
    Spares(rendezvous::Dialer& dialer, model::Endpoint to, std::size_t count, Deadline by);
    ~Spares();

    // The next one that stands.
    //   Errc::closed  there are no more, or the path is too short for them to be of use
    asio::awaitable<Result<std::unique_ptr<io::Connection>>> next(Deadline by);
    // There are no more from now on.
    void drop();
    // Those that may still come.
    std::size_t count() const noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
    io::TaskGroup tasks_;
};

}  // namespace p2pc::peer
