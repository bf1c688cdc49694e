#include "io/readiness.hpp"

#include "io/loop_state.hpp"

namespace p2pc::io {

Readiness::Readiness(Loop& loop, int fd) : loop_(loop), fd_(fd), descriptor_(loop.context()) {}

Readiness::~Readiness() {
    release();
}

asio::awaitable<Wake> Readiness::wait(transport::IoStatus want, Deadline by) {
    const bool writes = want == transport::IoStatus::want_write;
    Side& side = writes ? write_ : read_;
    if (fd_ >= 0 && !side.watched) watch(side, writes ? Descriptor::wait_write : Descriptor::wait_read);
    return side.waiters.wait(loop_, by);
}

void Readiness::watch(Side& side, Descriptor::wait_type type) {
    if (released_) return;
    asio::error_code ec;
    if (!descriptor_.is_open()) descriptor_.assign(fd_, ec);
    if (ec) {
        // Not a descriptor one can wait for: whoever tries again meets the error itself.
        side.watched = true;
        loop_.post([self = shared_from_this(), &side] {
            side.watched = false;
            side.waiters.wake_all();
        });
        return;
    }
    side.watched = true;
    // It stays when a waiter leaves early: cancelling it would cost more than a wake for nobody.
    descriptor_.async_wait(type, [self = shared_from_this(), &side](const asio::error_code&) {
        const Turn turn(self->loop_);
        side.watched = false;
        side.waiters.wake_all();
    });
}

void Readiness::release() {
    released_ = true;
    if (descriptor_.is_open()) descriptor_.release();
    read_.waiters.wake_all(Wake::closed);
    write_.waiters.wake_all(Wake::closed);
}

void Readiness::notify(void* readiness) {
    auto& self = *static_cast<Readiness*>(readiness);
    self.read_.waiters.wake_all();
    self.write_.waiters.wake_all();
}

}  // namespace p2pc::io
