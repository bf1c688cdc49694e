#include "channel/channel.hpp"

#include "channel/core.hpp"

namespace p2pc::channel {

Channel::Core::Core(io::Loop& l, std::unique_ptr<io::Connection> c, ChannelLimits given)
    : loop(l),
      connection(std::move(c)),
      limits(given),
      pen(l),
      tasks(l, [this](std::string_view, std::exception_ptr) { failed = true; }) {
    heard = read_until = sent = progress = loop.now();
    pen.set();
}

void Channel::Core::abort() {
    failed = true;
    if (beating) loop.cancel(beat_timer);
    beating = false;
    out.clear();
    connection->abort();
    pen.set();
}

Channel::Channel(io::Loop& loop, std::unique_ptr<io::Connection> connection, ChannelLimits limits)
    : core_(std::make_shared<Core>(loop, std::move(connection), limits)) {}

Channel::~Channel() {
    abort();
}

void Channel::enter(wire::Phase phase) {
    core_->phase = phase;
    if (phase == wire::Phase::opening || core_->beating) return;
    core_->beating = true;
    core_->schedule_beat();
}

void Channel::set_limits(ChannelLimits limits) {
    core_->limits = limits;
    if (!core_->beating) return;
    core_->loop.cancel(core_->beat_timer);
    core_->schedule_beat();
}

Status Channel::send(Bytes frame) {
    return core_->send(std::move(frame));
}
std::size_t Channel::queued() const noexcept {
    return core_->out.size() + core_->in_flight;
}
asio::awaitable<Status> Channel::drained(Deadline by) {
    return Core::drained(core_, by);
}

asio::awaitable<Status> Channel::send_data(std::uint32_t item, std::uint64_t offset,
                                           std::span<std::byte> framed, Deadline by) {
    const auto header =
        wire::make_data_header(item, offset, static_cast<std::uint32_t>(framed.size() - data_headroom));
    std::memcpy(framed.data(), header.data(), header.size());
    return Core::send_data(core_, framed, by);
}

asio::awaitable<Status> Channel::send_frames(BytesView frames, Deadline by) {
    return Core::send_data(core_, frames, by);
}

asio::awaitable<Result<Frame>> Channel::read(Deadline by) {
    return Core::read(core_, by);
}
asio::awaitable<Status> Channel::read_data(std::span<std::byte> into, Deadline by, std::size_t spare) {
    return Core::read_data(core_, into, by, spare);
}

void Channel::set_beat_state(wire::BeatState state) {
    core_->beat = state;
}
wire::BeatState Channel::peer_state() const noexcept {
    return core_->peer_beat;
}
Instant Channel::last_heard() const noexcept {
    return core_->heard;
}
Instant Channel::last_progress() const noexcept {
    return core_->progress;
}

asio::awaitable<Status> Channel::finish(Deadline by) {
    const auto core = core_;
    auto sent = co_await Core::drained(core, by);
    if (!sent) co_return sent.error();
    core->beating = false;
    co_return co_await core->connection->finish(by);
}

void Channel::abort() {
    core_->abort();
}
bool Channel::alive() const noexcept {
    return !core_->failed;
}
io::Connection& Channel::connection() noexcept {
    return *core_->connection;
}
std::uint64_t Channel::bytes_in() const noexcept {
    return core_->connection->bytes_in();
}
std::uint64_t Channel::bytes_out() const noexcept {
    return core_->connection->bytes_out();
}

}  // namespace p2pc::channel
