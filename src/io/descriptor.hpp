// Descriptor: waiting for input on a descriptor somebody else owns, such as stdin. Loop thread only.
//
// Its flags are left as they are: a terminal is shared with the shell, which does not expect O_NONBLOCK there
// afterwards. The descriptor must stay open while this lives.
#pragma once

#include <asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <p2pc/base/result.hpp>
#include <span>

#include "io/loop.hpp"

namespace p2pc::io {

class Readiness;

class Descriptor {
  public:
    Descriptor(Loop& loop, int fd);
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    // What is there, at least one byte; 0 is the end, also of a terminal that was hung up.
    //   Errc::timed_out  Errc::canceled
    //   Errc::local_io   it cannot be read
    // REQUIRES: `into` is not empty; one coroutine at a time.
    asio::awaitable<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline by = never);

  private:
    Loop& loop_;
    int fd_;
    int watch_;  // an epoll of its own around fd_, since Asio changes the flags of what it waits for; or -1
    std::shared_ptr<Readiness> readiness_;
};

}  // namespace p2pc::io
