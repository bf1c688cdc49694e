#include "tls/handshakes.hpp"

#include <sys/socket.h>

namespace p2pc::tls {

// REQUIRES: `fd`, where it is one, stays open as long as this lives.
Handshakes::Seat::Seat(std::shared_ptr<Handshakes> of, int fd) : of_(std::move(of)), fd_(fd) {
    const std::lock_guard held{of_->guard_};
    auto& seats = of_->seats_;
    if (seats.size() >= of_->most_) {
        Seat& first = *seats.front();
        seats.pop_front();
        first.lost_ = true;
        // Whoever waits for it looks at it again, and finds that.
        if (first.fd_ >= 0) ::shutdown(first.fd_, SHUT_RDWR);
    }
    place_ = seats.insert(seats.end(), this);
}

Handshakes::Seat::~Seat() {
    const std::lock_guard held{of_->guard_};
    if (!lost_) of_->seats_.erase(place_);
}

}  // namespace p2pc::tls
