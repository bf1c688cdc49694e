// Connection: waiting on a transport::Stream, which it owns. Loop thread only.
//
// One coroutine may read and one may write at the same time. Destroying or aborting it wakes both with
// Errc::closed; neither touches the Connection afterwards. A deadline that has passed wins over bytes
// that are there, so that no flood outlasts it. Errors of the stream come with its own code and text.
// A coroutine that finds bytes at every try lets the others have a turn now and then.
#pragma once

#include <asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/stream.hpp>
#include <span>

#include "io/loop.hpp"

namespace p2pc::io {

class Connection {
  public:
    Connection(Loop& loop, std::unique_ptr<transport::Stream> stream);
    ~Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;

    // All of these:  Errc::timed_out  Errc::canceled  Errc::closed (aborted or released meanwhile)

    // Connects and shakes hands: until the stream carries bytes.
    asio::awaitable<Status> ready(Deadline by);
    // At least one byte.  Errc::closed: the other side ended in order.  REQUIRES: `into` is not empty.
    asio::awaitable<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline by);
    // As read_some, now: 0 when nothing is there. With wait_readable, reads without holding a buffer idle.
    Result<std::size_t> try_read(std::span<std::byte> into);
    // Completes when a try may yield bytes, an end or an error; not every time it does.
    asio::awaitable<Status> wait_readable(Deadline by);
    // Hands every byte to the stream; flush() before waiting for an answer.
    // REQUIRES: `bytes` outlives the await.
    asio::awaitable<Status> write_all(BytesView bytes, Deadline by);
    asio::awaitable<Status> flush(Deadline by);
    // The polite end: flushes and closes the write side. Reading goes on.
    asio::awaitable<Status> finish(Deadline by);

    // Ends it at once and destroys the stream. Repeatable.
    void abort();
    // Gives the stream back, no longer watched, e.g. for wrap(). Null when aborted.
    std::unique_ptr<transport::Stream> release();
    bool open() const noexcept;
    // REQUIRES: open()
    transport::Stream& stream() noexcept;

    std::uint64_t bytes_in() const noexcept;
    std::uint64_t bytes_out() const noexcept;

  private:
    struct Core;
    std::shared_ptr<Core> core_;  // coroutines hold it too: they may wake after the Connection is gone
};

}  // namespace p2pc::io
