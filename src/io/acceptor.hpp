// Acceptor: waiting on a transport::Listener, which it owns. Loop thread only.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/stream.hpp>

#include "io/loop.hpp"

namespace p2pc::io {

class Acceptor {
  public:
    Acceptor(Loop& loop, std::unique_ptr<transport::Listener> listener);
    ~Acceptor();
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    // The next connection, accepted but not stepped.  Errc::closed: close() was called.
    // When descriptors run out it drops the connection that waited longest (by a descriptor kept for
    // this, so that its client learns at once), pauses 50 ms, doubling to 1 s, and goes on.
    // REQUIRES: one coroutine at a time.
    asio::awaitable<Result<std::unique_ptr<transport::Stream>>> accept();

    // Stops listening; accept() ends with Errc::closed. Repeatable.
    void close();
    // REQUIRES: not closed.
    transport::Address local();
    // How often descriptors ran out: for the log.
    std::uint64_t shortages() const noexcept;

  private:
    struct Core;
    static asio::awaitable<Result<std::unique_ptr<transport::Stream>>> accept(std::shared_ptr<Core> core);

    std::shared_ptr<Core> core_;
};

}  // namespace p2pc::io
