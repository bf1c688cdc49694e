#include "io/descriptor.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/readiness.hpp"
#include "io/sleep.hpp"

namespace p2pc::io {
namespace {

// Whether a read would not wait. Another process that shares the descriptor may have been faster.
bool ready(int fd) {
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, 0) > 0;
}

// -1 for what cannot be waited for, such as a file: it is always ready.
int watch(int fd) {
    const int watching = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    if (watching < 0 || ::epoll_ctl(watching, EPOLL_CTL_ADD, fd, &event) == 0) return watching;
    ::close(watching);
    return -1;
}

}  // namespace

Descriptor::Descriptor(Loop& loop, int fd)
    : loop_(loop), fd_(fd), watch_(watch(fd)), readiness_(std::make_shared<Readiness>(loop, watch_)) {}

Descriptor::~Descriptor() {
    readiness_->release();
    if (watch_ >= 0) ::close(watch_);
}

asio::awaitable<Result<std::size_t>> Descriptor::read_some(std::span<std::byte> into, Deadline by) {
    const auto readiness = readiness_;
    // A file is always readable: the others have their turn nevertheless.
    if (ready(fd_)) co_await next_turn(loop_);
    for (;;) {
        if (ready(fd_)) {
            const auto got = ::read(fd_, into.data(), into.size());
            if (got >= 0) co_return static_cast<std::size_t>(got);
            if (errno == EIO) co_return std::size_t{0};  // hung up
            if (errno != EINTR && errno != EAGAIN) co_return Error{Errc::local_io, std::strerror(errno)};
        }
        if (watch_ < 0) co_return Error{Errc::local_io, "this input cannot be waited for"};
        const Wake why = co_await readiness->wait(transport::IoStatus::want_read, by);
        const Status woken = status_of(why);
        if (!woken) co_return woken.error();
    }
}

}  // namespace p2pc::io
