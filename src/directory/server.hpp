// Server: the directory on one io::Loop: accounts, presence, calls and sessions (docs/protocol.md, "Server").
//
// Belongs to the loop. Everything durable is behind `store`, whose thread is the only other one. The loop,
// the store, the log, the random source and every transport given must outlive the server; the store's
// `post` must lead to this loop. Why one loop: docs/decisions/0009-one-loop.md.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>
#include <p2pc/transport/transport.hpp>
#include <vector>

#include "base/log.hpp"
#include "crypto/random.hpp"
#include "directory/operator.hpp"
#include "directory/options.hpp"
#include "io/loop.hpp"
#include "model/ids.hpp"
#include "storage/store_queue.hpp"

namespace p2pc::directory {

// One address to accept on, and the transport it speaks.
class Listening {
  public:
    Listening(std::unique_ptr<transport::Listener> at, transport::Transport& by)
        : listener(std::move(at)), transport(&by) {}
    std::unique_ptr<transport::Listener> listener;
    transport::Transport* transport;
};

struct ServerCounts {
    std::size_t connections = 0;
    std::size_t instances = 0;  // of them, logged in
    std::size_t sessions = 0;   // active and unconfirmed
};

class Server {
  public:
    Server(io::Loop& loop, storage::StoreQueue& store, const base::Log& log, crypto::Random& random,
           ServerOptions options);
    // Without a drain() before: cuts every connection. What coroutines still hold lives on until they
    // are gone, some turns of the loop later.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Loads what the store remembers (a new database gets its founding key), then accepts.
    // Returns the founding key. Errors are the store's: nothing was accepted then.
    asio::awaitable<Result<model::PublicKey>> start(std::vector<Listening> listeners);

    // The orderly end: accepts no more, ends every connection politely, saves what runs, and completes
    // when the store has written all of it, or at `by`. The server is then done for good.
    asio::awaitable<void> drain(Deadline by);

    ServerCounts counts() const;
    // REQUIRES: start() said ok; before the server's end.
    Operator operated() const;

  private:
    struct Parts;
    static asio::awaitable<Result<model::PublicKey>> start(std::shared_ptr<Parts> parts,
                                                           std::vector<Listening> listeners);
    static asio::awaitable<void> drain(std::shared_ptr<Parts> parts, Deadline by);

    std::shared_ptr<Parts> parts_;
};

}  // namespace p2pc::directory
