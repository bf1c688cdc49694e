#include "transfer/stop_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>

namespace p2pc::transfer {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSignal::stop() noexcept {
    // Never read, so the event stays up for good; a second write adds nothing and cannot block.
    [[maybe_unused]] const int failed = ::eventfd_write(event_.get(), 1);
}

Status StopSignal::wait(int fd, short events) const {
    if (!event_) return Error{Errc::local_io, "no descriptor left to wait with"};
    pollfd waited[] = {{fd, events, 0}, {event_.get(), POLLIN, 0}};
    int ready = 0;
    do {
        ready = ::poll(waited, 2, -1);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return io_error("poll", errno);
    if (waited[1].revents != 0) return Errc::canceled;
    if ((waited[0].revents & POLLNVAL) != 0) return Error{Errc::local_io, "the descriptor is not open"};
    return {};
}

}  // namespace p2pc::transfer
