// The reading half of a Channel.
#include "channel/core.hpp"

namespace p2pc::channel {
namespace {

// Before the proofs no more than the longest frame: the buffer lives as long as a frame is begun, and a
// stranger who sent three bytes of one for 10 s would hold 16 KiB with it.
std::size_t read_ahead(wire::Phase phase) {
    return phase == wire::Phase::opening ? wire::header_size - 1 + wire::max_opening : 16 * 1024;
}

}  // namespace

Channel::Core::Reading::Reading(Core& core) : core_(core) {
    const Duration away = core.loop.now() - core.read_until;
    core.heard += away;
    core.frame_began += away;
}

// A frame out of what was read; nothing when more is needed.
Result<std::optional<Frame>> Channel::Core::take() {
    const BytesView have = BytesView{in}.subspan(taken);
    if (have.size() < wire::header_size) return std::optional<Frame>{};
    const auto header = wire::parse_header(have, phase);
    if (!header) return header.error();
    const BytesView rest = have.subspan(wire::header_size);
    if (header->type == wire::FrameType::data) {
        if (rest.size() < wire::data_header_size) return std::optional<Frame>{};
        const auto data = wire::parse_data_header(rest);
        if (!data) return data.error();
        data_left = header->body_size - static_cast<std::uint32_t>(wire::data_header_size);
        taken += wire::header_size + wire::data_header_size;
        return std::optional<Frame>{Frame{*data, data_left}};
    }
    if (rest.size() < header->body_size) return std::optional<Frame>{};
    const auto body = rest.first(header->body_size);
    taken += wire::header_size + header->body_size;
    return std::optional<Frame>{Frame{header->type, Bytes{body.begin(), body.end()}}};
}

// How long to wait for the next byte: a frame that was begun has its own, shorter time.
Deadline Channel::Core::patience(Deadline by) const {
    Deadline until = std::min(by, heard + limits.dead);
    if (in.size() > taken) until = std::min(until, frame_began + limits.frame);
    return until;
}

Error Channel::Core::silence() const {
    const Instant now = loop.now();
    if (in.size() > taken && now >= frame_began + limits.frame)
        return Error{Errc::malformed, "a frame took too long"};
    if (now >= heard + limits.dead) return Error{Errc::interrupted, "nothing was heard for too long"};
    return Error{Errc::timed_out};
}

// What read_some and try_read came to: bytes were added behind `have`, or an error.
Status Channel::Core::took(std::size_t have, const Result<std::size_t>& got) {
    in.resize(have + (got ? *got : 0));
    if (!got) {
        if (got.error().code() == Errc::timed_out) return silence();
        if (got.error().code() == Errc::closed && have > 0)
            return Error{Errc::interrupted, "cut within a frame"};
        return got.error();
    }
    if (*got > 0) heard = progress = loop.now();
    return {};
}

// At least one more byte, and room for `wanted` more.
asio::awaitable<Status> Channel::Core::fill(std::shared_ptr<Core> core, std::size_t wanted, Deadline by) {
    core->in.erase(core->in.begin(), core->in.begin() + static_cast<std::ptrdiff_t>(core->taken));
    core->taken = 0;
    while (core->in.empty()) {
        Bytes().swap(core->in);  // waiting holds no memory
        auto readable = co_await core->connection->wait_readable(core->patience(by));
        if (!readable) {
            if (readable.error().code() == Errc::timed_out) co_return core->silence();
            co_return readable.error();
        }
        core->in.resize(read_ahead(core->phase));
        const auto got = core->connection->try_read(core->in);
        const auto status = core->took(0, got);
        if (!status) co_return status.error();
        core->frame_began = core->loop.now();
        if (!core->in.empty()) co_return Status{};
    }
    const std::size_t have = core->in.size();
    const Deadline until = core->patience(by);
    core->in.resize(std::max(have + wanted, read_ahead(core->phase)));
    const auto room = std::span{core->in}.subspan(have);
    auto got = co_await core->connection->read_some(room, until);
    co_return core->took(have, got);
}

asio::awaitable<Result<Frame>> Channel::Core::read(std::shared_ptr<Core> core, Deadline by) {
    const Reading reading(*core);
    if (core->data_left > 0) co_return Error{Errc::internal, "data of the last frame was not read"};
    for (;;) {
        if (!core->connection) co_return Errc::canceled;
        auto frame = core->take();
        if (!frame) co_return frame.error();
        if (!frame->has_value()) {
            // The longest of what a started control frame may still need; the header was checked.
            const BytesView have = BytesView{core->in}.subspan(core->taken);
            std::size_t wanted = 1;
            if (have.size() >= wire::header_size) {
                const auto header = wire::parse_header(have, core->phase);
                if (header && header->type != wire::FrameType::data)
                    wanted = wire::header_size + header->body_size - have.size();
            }
            auto filled = co_await fill(core, wanted, by);
            if (!filled) co_return filled.error();
            continue;
        }
        core->frame_began = core->loop.now();
        if ((*frame)->type() != wire::FrameType::beat) co_return std::move(**frame);
        const auto state = wire::parse_beat((*frame)->body());
        if (!state) co_return state.error();
        core->peer_beat = *state;
    }
}

asio::awaitable<Status> Channel::Core::read_data(std::shared_ptr<Core> core, std::span<std::byte> into,
                                                 Deadline by, std::size_t spare) {
    const Reading reading(*core);
    if (into.size() > core->data_left) co_return Error{Errc::internal, "more than the frame holds"};
    std::size_t done = std::min(into.size(), core->in.size() - core->taken);
    std::memcpy(into.data(), core->in.data() + core->taken, done);
    core->taken += done;
    // What lies behind is taken by the next read.
    const std::span with_spare{into.data(), into.size() + spare};
    while (done < into.size()) {
        const auto room = with_spare.subspan(done);
        auto got = co_await core->connection->read_some(room, std::min(by, core->heard + core->limits.dead));
        if (!got) {
            if (got.error().code() == Errc::timed_out) co_return core->silence();
            if (got.error().code() == Errc::closed) co_return Error{Errc::interrupted, "cut within data"};
            co_return got.error();
        }
        core->heard = core->loop.now();
        core->progress = core->heard;
        done += *got;
    }
    if (done > into.size()) {
        const auto rest = with_spare.first(done).subspan(into.size());
        core->in.assign(rest.begin(), rest.end());
        core->taken = 0;
    }
    core->data_left -= static_cast<std::uint32_t>(into.size());
    core->frame_began = core->loop.now();
    co_return Status{};
}

}  // namespace p2pc::channel
