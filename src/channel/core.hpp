// The inside of a Channel: what its reader, its writer and its timer share. One loop.
#pragma once

#include "channel/channel.hpp"
#include "io/event.hpp"
#include "io/task_group.hpp"

namespace p2pc::channel {

struct Channel::Core : std::enable_shared_from_this<Channel::Core> {
    Core(io::Loop& l, std::unique_ptr<io::Connection> c, ChannelLimits given);

    // ---- writing (writer.cpp)
    Status send(Bytes frame);
    Status queue(Bytes frame);
    void start_writer();
    static asio::awaitable<void> write_queue(std::shared_ptr<Core> core);
    static asio::awaitable<Status> drained(std::shared_ptr<Core> core, Deadline by);
    static asio::awaitable<Status> send_data(std::shared_ptr<Core> core, BytesView frames, Deadline by);
    void schedule_beat();
    void beat_due();

    // ---- reading (reader.cpp)
    static asio::awaitable<Result<Frame>> read(std::shared_ptr<Core> core, Deadline by);
    static asio::awaitable<Status> fill(std::shared_ptr<Core> core, std::size_t wanted, Deadline by);
    static asio::awaitable<Status> read_data(std::shared_ptr<Core> core, std::span<std::byte> into,
                                             Deadline by, std::size_t spare);
    Result<std::optional<Frame>> take();
    Status took(std::size_t have, const Result<std::size_t>& got);
    Deadline patience(Deadline by) const;
    Error silence() const;

    void abort();

    // Somebody reads. Time in which nobody did counts neither as silence nor against a frame that was
    // begun: a reader that was busy elsewhere finds what came meanwhile.
    class Reading {
      public:
        explicit Reading(Core& core);
        ~Reading() { core_.read_until = core_.loop.now(); }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

      private:
        Core& core_;
    };

    io::Loop& loop;
    std::unique_ptr<io::Connection> connection;
    ChannelLimits limits;
    wire::Phase phase = wire::Phase::opening;

    Bytes out;                  // queued control frames
    std::size_t in_flight = 0;  // of them, being written
    bool only_beat = false;     // what was queued last is a beat, and nothing else was
    bool writing = false;       // somebody holds the pen: the queue's writer, or send_data
    bool failed = false;
    io::Event pen;  // set while nobody writes
    Instant sent{};
    Instant progress{};

    Bytes in;  // read and not yet taken; empty and without memory while idle
    std::size_t taken = 0;
    std::uint32_t data_left = 0;  // of the DATA frame read last
    Instant frame_began{};
    Instant heard{};
    Instant read_until{};  // when the last read ended

    wire::BeatState beat = wire::BeatState::idle;
    wire::BeatState peer_beat = wire::BeatState::idle;
    bool beating = false;
    io::TimerId beat_timer{};
    io::TaskGroup tasks;
};

}  // namespace p2pc::channel
