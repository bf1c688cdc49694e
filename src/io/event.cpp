#include "io/event.hpp"

namespace p2pc::io {

void Event::set() {
    set_ = true;
    waiters_.wake_all();
}

void Event::close() {
    closed_ = true;
    waiters_.wake_all(Wake::closed);
}

asio::awaitable<Status> Event::wait(Deadline by) {
    if (closed_) co_return Errc::closed;
    if (set_) co_return Status{};
    const Wake why = co_await waiters_.wait(loop_, by);
    co_return status_of(why);  // not a word to `this`: it may be gone
}

}  // namespace p2pc::io
