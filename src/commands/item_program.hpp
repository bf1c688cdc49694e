// ItemProgram: `receive --exec PROGRAM`, run once for each item that is in place.
//
// One at a time, in order, without arguments and without a shell; stdin is empty and what it prints goes to
// our stderr, since stdout carries the answer alone. It sees P2PC_FROM, P2PC_PATH, P2PC_SIZE and P2PC_DIGEST,
// and never a password. One loop.
#pragma once

#include <asio/awaitable.hpp>
#include <atomic>
#include <string>

#include "io/pool.hpp"
#include "peer/delivery.hpp"

namespace p2pc::commands {

class ItemProgram {
  public:
    // With a slash a path, otherwise looked up in PATH.
    //   Errc::local_io  no such program, or it may not be run
    static Status check(const std::string& program);

    explicit ItemProgram(std::string program);

    // Completes when the program has ended.
    //   Errc::local_io  it could not be started, ended with another code than 0, or by a signal
    //   Errc::canceled  stop() was called
    // REQUIRES: the item has a path.
    asio::awaitable<Status> run(std::string from, peer::ItemOutcome item);

    // From any thread: ends the program that runs (SIGTERM), and starts no other.
    void stop() noexcept;

  private:
    Status run_now(const std::string& from, const peer::ItemOutcome& item);

    std::string program_;
    std::atomic<bool> stopped_ = false;
    std::atomic<int> child_ = 0;  // 0: none
    io::Pool thread_;             // ends first
};

}  // namespace p2pc::commands
