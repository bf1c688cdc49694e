// The coroutines of a server: accepting, serving one connection, upkeep. Each holds the Directory.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>

#include "directory/directory.hpp"
#include "io/acceptor.hpp"
#include "p2pc/transport/transport.hpp"

namespace p2pc::directory {

// Until the acceptor is closed.
asio::awaitable<void> accept_clients(std::shared_ptr<Directory> directory,
                                     std::shared_ptr<io::Acceptor> acceptor, transport::Transport* transport);
asio::awaitable<void> serve_client(std::shared_ptr<Directory> directory,
                                   std::unique_ptr<transport::Stream> stream, InstanceId id);
// Looks after sessions every few seconds, saves what runs each minute, prunes the log each hour.
asio::awaitable<void> keep_up(std::shared_ptr<Directory> directory);
// What a minute's save writes: blocks as time left, and that the server lives.
void save_running(Directory& directory);

}  // namespace p2pc::directory
