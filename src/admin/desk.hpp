// Desk: answers the operator on the admin socket, one request a connection (docs/protocol.md, "The admin
// socket").
//
// Belongs to the server's loop. What is asked and what comes of it is directory::Operator's; here are frames,
// times and numbers. A few connections at once, each with little time: whoever holds the socket open holds up
// nobody.
#pragma once

#include <asio/awaitable.hpp>
#include <atomic>
#include <functional>
#include <memory>

#include "base/log.hpp"
#include "directory/operator.hpp"
#include "io/loop.hpp"
#include "io/pool.hpp"
#include "p2pc/transport/stream.hpp"
#include "storage/sqlite/backup.hpp"

namespace p2pc::admin {

// Makes a copy of the database, on any thread; ends early when the flag is set.
using CopyDatabase = std::function<Result<storage::DatabaseCopy>(const std::atomic<bool>& stop)>;

class Desk {
  public:
    static constexpr std::size_t max_connections = 8;

    // The loop, the log and the pool outlive it, and so does the server of `answers`.
    Desk(io::Loop& loop, const base::Log& log, io::Pool& pool, directory::Operator answers, CopyDatabase copy,
         std::unique_ptr<transport::Listener> listener);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    // Stops listening, breaks off what runs, and waits for its end.
    asio::awaitable<void> close();

  private:
    struct Core;
    static asio::awaitable<void> close(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;
};

}  // namespace p2pc::admin
