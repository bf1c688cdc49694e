// RawMode: a terminal's settings changed for as long as an object lives.
//
// The destructor puts back what was there. Where no destructor runs (a signal handler, std::terminate)
// restore_all() does it for every RawMode of the process. At most 4 at a time; one thread makes and
// destroys them, restore_all() may come at any time from anywhere.
#pragma once

#include <p2pc/base/result.hpp>

namespace p2pc::terminal {

class RawMode {
  public:
    enum class Kind {
        keys,    // each key at once, no echo; Ctrl-C and Ctrl-Z are keys; output is left as it is
        hidden,  // lines as usual but without echo, for passwords; Ctrl-C stays a signal
    };
    // Errc::needs_answer when `fd` is not a terminal. `fd` is borrowed and must outlive the object.
    static Result<RawMode> enter(int fd, Kind kind);

    RawMode(RawMode&& other) noexcept : slot_(other.slot_) { other.slot_ = none; }
    RawMode& operator=(RawMode&&) = delete;
    ~RawMode();

  private:
    static constexpr int none = -1;
    explicit RawMode(int slot) noexcept : slot_(slot) {}
    int slot_;
};

// Async-signal-safe. Leaves the RawMode objects usable: their destructors do the same again.
void restore_all() noexcept;

}  // namespace p2pc::terminal
