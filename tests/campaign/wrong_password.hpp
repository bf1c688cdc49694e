// WrongPassword: one login with a password nobody has, from an address of its own, and all that came back.
#pragma once

#include <asio/awaitable.hpp>
#include <p2pc/transport/transport.hpp>
#include <string>
#include <vector>

#include "channel/channel.hpp"
#include "crypto/random.hpp"
#include "crypto/signing.hpp"
#include "io/loop.hpp"

namespace p2pc::campaign {

// Where guesses go, and the address they come from.
class Door {
  public:
    Door(io::Loop& on, crypto::Random& with, transport::Transport& through, transport::Address at)
        : loop(on), random(with), by(through), server(at) {}
    io::Loop& loop;
    crypto::Random& random;
    transport::Transport& by;
    transport::Address server;
};

class Answered {
  public:
    std::vector<channel::Frame> frames;  // in order
    Errc end{};                          // how the connection ended behind them
    Errc refusal{};                      // what the REFUSE said; internal: there was none
    Duration took{};                     // from the hello to the REFUSE
    std::uint64_t bytes_in = 0;
};

// The `number`-th loopback address but those ending in 0 or 255: "127.1.0.1:0" and on.
std::string source_address(std::size_t number);

// Opens a connection from `source`, shows a hello for `user` that `key` proves, and reads until the server
// ends it. An error: it was not even connected, or not proven to. `key` outlives the await.
asio::awaitable<Result<Answered>> try_wrong_password(const Door& door, std::string source, std::string user,
                                                     const crypto::SigningKey& key, Deadline until);

}  // namespace p2pc::campaign
