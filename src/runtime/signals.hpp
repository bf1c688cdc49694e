// Signals: SIGINT, SIGTERM, SIGHUP and SIGUSR1 as events of the loop while a command runs.
//
// The first one is handed to the running command, which ends in order; a second SIGINT ends the process at
// once, with the terminal restored. SIGUSR1 asks how far it is and ends nothing. A signal that was ignored
// when the process began stays ignored. Loop thread only; one a process.
#pragma once

#include <asio/signal_set.hpp>
#include <functional>

#include "io/loop.hpp"

namespace p2pc::runtime {

class Signals {
  public:
    using Handler = std::function<void(int signal)>;

    explicit Signals(io::Loop& loop) : loop_(loop), set_(loop.context()) {}

    // What the running command does at the first signal. Without one, run() cancels the command.
    void on_stop(Handler handler) { handler_ = std::move(handler); }
    // What SIGUSR1 does from now on; before the first call it is what it was when the process began.
    void on_status(std::function<void()> handler);
    // As if `signal` had come: the reader of stdout is gone, for instance.
    void deliver(int signal);
    // The first one that came, or 0: what the process is to die by in the end.
    int caught() const noexcept { return caught_; }
    // The command has done what the signal asked for: its exit code stands.
    void forgive() noexcept { caught_ = 0; }

    // For run(): from when to when they are events. `otherwise` is for commands without a handler.
    void listen(Handler otherwise);
    void silence();

  private:
    void wait();
    void handle(int signal);

    io::Loop& loop_;
    asio::signal_set set_;
    Handler handler_;
    Handler otherwise_;
    std::function<void()> status_;
    int caught_ = 0;
};

// Ends the process by `signal`, as if nothing had caught it. Returns only when it is blocked or ignored.
void die_by(int signal);

}  // namespace p2pc::runtime
