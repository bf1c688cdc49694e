// Channel: framed messages over one connection (docs/protocol.md, "Frames").
//
// Belongs to one loop; one coroutine reads, anyone on that loop may send. Control frames go through a
// queue with a limit and never wait; file data is written straight from the caller's buffer, between two
// control frames. Idle, a channel holds no buffer. It proves nothing itself (handshake.hpp) and knows no
// pins. Destroying it aborts the connection; finish() is the polite end.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>

#include "io/connection.hpp"
#include "io/loop.hpp"
#include "wire/frame.hpp"
#include "wire/message.hpp"

namespace p2pc::channel {

// A frame as it was read. Of DATA only the header was taken: read_data() must follow.
class Frame {
  public:
    Frame(wire::FrameType type, Bytes body) : type_(type), body_(std::move(body)) {}
    Frame(wire::DataHeader data, std::uint32_t size)
        : type_(wire::FrameType::data), data_(data), size_(size) {}

    wire::FrameType type() const noexcept { return type_; }
    const Bytes& body() const noexcept { return body_; }
    const wire::DataHeader& data() const noexcept { return data_; }
    std::uint32_t data_size() const noexcept { return size_; }
    // The frame as it travelled, for a transcript.
    Bytes as_sent() const { return wire::make_frame(type_, body_); }

  private:
    wire::FrameType type_;
    Bytes body_;
    wire::DataHeader data_;
    std::uint32_t size_ = 0;
};

struct ChannelLimits {
    std::size_t queue = 256 * 1024;             // control bytes not yet written, then send() refuses
    Duration frame = std::chrono::seconds{10};  // from a control frame's first byte to its last
    Duration dead = std::chrono::seconds{35};   // without any byte from the other side
    Duration beat = std::chrono::seconds{15};   // at least one frame in this time, once beats run
};

class Channel {
  public:
    // The bytes before the payload of a buffer handed to send_data().
    static constexpr std::size_t data_headroom = wire::header_size + wire::data_header_size;

    Channel(io::Loop& loop, std::unique_ptr<io::Connection> connection, ChannelLimits limits = {});
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // From now on frames of that phase are expected, and beats are sent (but not in `opening`).
    void enter(wire::Phase phase);
    void set_limits(ChannelLimits limits);

    // Queues a whole frame (wire::frame, wire::make_frame).
    //   Errc::limit        the queue is full: the other side reads too slowly; nothing was queued
    //   Errc::interrupted  writing failed before
    Status send(Bytes frame);
    // Bytes of control frames not yet handed to the system: who sends many waits, with drained().
    std::size_t queued() const noexcept;
    // Everything queued so far has been handed to the system.
    asio::awaitable<Status> drained(Deadline by);
    // Sends one DATA frame: the payload is framed[data_headroom..], the bytes before it are overwritten.
    // Completes when the system has taken it. `framed` must live until then. One at a time.
    asio::awaitable<Status> send_data(std::uint32_t item, std::uint64_t offset, std::span<std::byte> framed,
                                      Deadline by);

    // Sends whole frames as they are, DATA among them, in one go: what is queued goes first or afterwards.
    // As send_data() for the rest.
    asio::awaitable<Status> send_frames(BytesView frames, Deadline by);

    // The next frame that is not a BEAT.
    //   Errc::closed       the other side ended in order, between two frames
    //   Errc::malformed    it broke the protocol: abort
    //   Errc::interrupted  the connection failed, or no byte came for limits.dead while somebody read
    //   Errc::timed_out    `by` passed
    asio::awaitable<Result<Frame>> read(Deadline by);
    // Exactly the bytes of the DATA frame read last, in as many calls as the caller likes. `spare` bytes
    // behind them may be used, for what came together with them: data_headroom of them save a call to the
    // system.
    asio::awaitable<Status> read_data(std::span<std::byte> into, Deadline by, std::size_t spare = 0);

    // What the next beats say, and what the other side's last one said.
    void set_beat_state(wire::BeatState state);
    wire::BeatState peer_state() const noexcept;
    Instant last_heard() const noexcept;
    // When the other side last took bytes of ours but for beats, or sent any.
    Instant last_progress() const noexcept;

    // Sends what is queued, closes the write side and waits for the other side's end.
    asio::awaitable<Status> finish(Deadline by);
    void abort();
    bool alive() const noexcept;

    io::Connection& connection() noexcept;
    std::uint64_t bytes_in() const noexcept;
    std::uint64_t bytes_out() const noexcept;

  private:
    friend class Cord;
    // Shared with the coroutine that writes the queue, which may outlive the channel by a moment.
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace p2pc::channel
