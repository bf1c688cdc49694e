// The writing half of a Channel: one pen, held by the queue's writer or by one DATA frame at a time.
#include "channel/core.hpp"

namespace p2pc::channel {

Status Channel::Core::send(Bytes frame) {
    only_beat = false;
    return queue(std::move(frame));
}

Status Channel::Core::queue(Bytes frame) {
    if (failed || !connection) return Errc::interrupted;
    if (out.size() + in_flight + frame.size() > limits.queue)
        return Error{Errc::limit, "the queue to the other side is full"};
    append(out, frame);
    start_writer();
    return {};
}

void Channel::Core::start_writer() {
    if (writing || failed || out.empty()) return;
    writing = true;
    pen.reset();
    tasks.spawn("channel writer", write_queue(shared_from_this()));
}

asio::awaitable<void> Channel::Core::write_queue(std::shared_ptr<Core> core) {
    while (!core->out.empty() && !core->failed) {
        Bytes batch;
        batch.swap(core->out);
        // The system takes a beat of ours where nothing else gets through.
        const bool counts = !core->only_beat;
        core->in_flight = batch.size();
        auto done = co_await core->connection->write_all(batch, never);
        if (done) done = co_await core->connection->flush(never);
        core->in_flight = 0;
        if (!done) core->failed = true;
        core->sent = core->loop.now();
        if (done && counts) core->progress = core->sent;
    }
    core->writing = false;
    core->pen.set();
}

asio::awaitable<Status> Channel::Core::drained(std::shared_ptr<Core> core, Deadline by) {
    while (!core->failed) {
        if (!core->writing && core->out.empty()) co_return Status{};
        core->start_writer();
        auto free = co_await core->pen.wait(by);
        if (!free) co_return free.error();
    }
    co_return Errc::interrupted;
}

asio::awaitable<Status> Channel::Core::send_data(std::shared_ptr<Core> core, BytesView frames, Deadline by) {
    // Control frames that are queued go first: a message never waits for more than what one call brings.
    auto ready = co_await drained(core, by);
    if (!ready) co_return ready.error();
    core->writing = true;
    core->pen.reset();
    auto done = co_await core->connection->write_all(frames, by);
    if (done) done = co_await core->connection->flush(by);
    core->writing = false;
    core->sent = core->loop.now();
    if (done) {
        core->progress = core->sent;
    } else {
        core->failed = true;  // a frame may be half out: nothing can follow it
    }
    core->pen.set();
    core->start_writer();
    co_return done;
}

void Channel::Core::schedule_beat() {
    if (!beating) return;
    const std::weak_ptr<Core> weak = weak_from_this();
    beat_timer = loop.at(std::max(sent, loop.now() - limits.beat) + limits.beat, [weak] {
        if (const auto core = weak.lock()) core->beat_due();
    });
}

void Channel::Core::beat_due() {
    if (!beating || failed) return;
    if (!writing && loop.now() - sent >= limits.beat) {
        const std::byte state{static_cast<std::uint8_t>(beat)};
        if (out.empty()) only_beat = true;
        [[maybe_unused]] const auto queued =
            queue(wire::make_frame(wire::FrameType::beat, BytesView{&state, 1}));
        sent = loop.now();
    } else if (writing) {
        sent = loop.now();  // bytes are on their way; look again in a while
    }
    schedule_beat();
}

}  // namespace p2pc::channel
