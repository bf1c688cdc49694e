#include "terminal/raw_mode.hpp"

#include <signal.h>
#include <termios.h>

#include <array>
#include <atomic>
#include <cerrno>

namespace p2pc::terminal {
namespace {

// What a signal handler needs, in static memory. `fd` is set last and cleared first, so that a handler
// never sees half-written settings.
struct Saved {
    std::atomic<int> fd{-1};
    termios settings{};
};
std::array<Saved, 4> saved;
static_assert(std::atomic<int>::is_always_lock_free);

// With SIGTTOU blocked a background process may set the terminal too, instead of being stopped.
void apply(int fd, const termios& settings) noexcept {
    const int kept_errno = errno;
    sigset_t ttou, before;
    sigemptyset(&ttou);
    sigaddset(&ttou, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &ttou, &before);
    while (tcsetattr(fd, TCSANOW, &settings) != 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = kept_errno;
}

termios changed(termios settings, RawMode::Kind kind) {
    if (kind == RawMode::Kind::hidden) {
        settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        settings.c_lflag |= ICANON | ISIG | ECHONL;
        return settings;
    }
    settings.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | ISTRIP | IXON | PARMRK);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return settings;
}

}  // namespace

Result<RawMode> RawMode::enter(int fd, Kind kind) {
    termios before{};
    if (tcgetattr(fd, &before) != 0) return Error{Errc::needs_answer, "not a terminal"};
    for (std::size_t slot = 0; slot < saved.size(); ++slot) {
        if (saved[slot].fd.load() != -1) continue;
        saved[slot].settings = before;
        saved[slot].fd.store(fd);
        apply(fd, changed(before, kind));
        return RawMode{static_cast<int>(slot)};
    }
    return Error{Errc::internal, "too many terminals in use"};
}

RawMode::~RawMode() {
    if (slot_ == none) return;
    auto& own = saved[static_cast<std::size_t>(slot_)];
    apply(own.fd.load(), own.settings);
    own.fd.store(-1);
}

void restore_all() noexcept {
    // Backwards: of two changes to one terminal the first made knows what was there before.
    for (std::size_t slot = saved.size(); slot-- > 0;) {
        const int fd = saved[slot].fd.load();
        if (fd != -1) apply(fd, saved[slot].settings);
    }
}

}  // namespace p2pc::terminal
