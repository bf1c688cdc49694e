// Readiness: tells when a descriptor owned by somebody else may be tried again. Private to io.
//
// The descriptor is watched from the first wait to release(), and never closed here. Without one (-1)
// the owner's on_ready callback, notify, wakes everybody. A wake means "try again", no more.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <memory>
#include <p2pc/transport/stream.hpp>

#include "io/loop.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

class Readiness : public std::enable_shared_from_this<Readiness> {
  public:
    Readiness(Loop& loop, int fd);
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    // REQUIRES: `want` is want_read or want_write.
    asio::awaitable<Wake> wait(transport::IoStatus want, Deadline by);
    // Lets the descriptor go and wakes everybody with Wake::closed. Before the owner closes it.
    void release();

    // For Stream::on_ready and Listener::on_ready, with the Readiness as context.
    static void notify(void* readiness);
    bool needs_notify() const noexcept { return fd_ < 0; }

  private:
    using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
    struct Side {
        WaitList waiters;
        bool watched = false;
    };
    void watch(Side& side, Descriptor::wait_type type);

    Loop& loop_;
    const int fd_;
    Descriptor descriptor_;
    Side read_;
    Side write_;
    bool released_ = false;
};

}  // namespace p2pc::io
