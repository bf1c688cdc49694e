// SignalWatch: while it lives, SIGINT, SIGTERM and SIGHUP restore the terminal and make a descriptor readable
// instead of doing what they did before; a signal that was ignored stays ignored.
//
// One at a time in the process. The destructor puts the old handlers back; then raise_again() is due for a
// signal that came.
#pragma once

#include <signal.h>

#include <array>

namespace p2pc::terminal {

class SignalWatch {
  public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    // Readable once a signal came; -1 when the system had no descriptor left.
    int fd() const noexcept { return pipe_[0]; }
    // The first signal that came, or 0.
    int caught() const noexcept;

  private:
    static constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, signals.size()> before_{};
    std::array<int, 2> pipe_{-1, -1};
};

}  // namespace p2pc::terminal
