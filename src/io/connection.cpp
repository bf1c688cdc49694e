#include "io/connection.hpp"

#include <algorithm>
#include <cassert>
#include <string>

#include "io/readiness.hpp"
#include "io/sleep.hpp"

namespace p2pc::io {
namespace {

using transport::IoResult;
using transport::IoStatus;

Error failure_of(transport::Stream& stream) {
    const transport::Failure failure = stream.failure();
    return Error(failure.code, failure.text.data());
}

Deadline own_deadline(transport::Stream& stream) {
    const std::int64_t ns = stream.deadline_ns();
    return ns < 0 ? never : Deadline(Duration(ns));
}

}  // namespace

struct Connection::Core {
    // How much a coroutine may do without waiting before it lets the others have a turn.
    class Streak {
      public:
        void add(std::size_t bytes) {
            ++tries_;
            bytes_ += bytes;
        }
        bool over() const { return tries_ >= 64 || bytes_ >= 16u * 1024 * 1024; }
        void end() { *this = Streak(); }

      private:
        std::size_t tries_ = 0;
        std::size_t bytes_ = 0;
    };

    Core(Loop& l, std::unique_ptr<transport::Stream> s)
        : loop(l), stream(std::move(s)), readiness(std::make_shared<Readiness>(l, stream->poll_fd())) {}
    ~Core() { let_go(); }

    std::unique_ptr<transport::Stream> let_go() {
        if (stream && readiness->needs_notify()) stream->on_ready(nullptr, nullptr);
        readiness->release();
        return std::move(stream);
    }

    bool expired(Deadline by) const { return by != never && loop.now() >= by; }

    // Tries to read once and accounts for it.
    IoResult read(std::span<std::byte> into) {
        const IoResult result = stream->try_read(into.data(), into.size());
        read_want = result.status;
        in += result.count;
        reading.add(result.count);
        return result;
    }

    using Self = std::shared_ptr<Core>;
    static asio::awaitable<Status> wait(Self self, IoStatus want, Deadline by);
    static asio::awaitable<Status> repeat(Self self, IoResult (transport::Stream::*verb)(), Deadline by);
    static asio::awaitable<Result<std::size_t>> read_some(Self self, std::span<std::byte> into, Deadline by);
    static asio::awaitable<Status> wait_readable(Self self, Deadline by);
    static asio::awaitable<Status> write_all(Self self, BytesView bytes, Deadline by);
    static asio::awaitable<Status> finish(Self self, Deadline by);

    Loop& loop;
    std::unique_ptr<transport::Stream> stream;  // null: aborted or released
    std::shared_ptr<Readiness> readiness;
    IoStatus read_want = IoStatus::ok;  // what the last read said
    Streak reading;
    Streak writing;
    std::uint64_t in = 0;
    std::uint64_t out = 0;
};

// ok: try again. The stream's own timer is served here, so that it needs none of its own.
asio::awaitable<Status> Connection::Core::wait(Self self, IoStatus want, Deadline by) {
    if (self->readiness->needs_notify()) self->stream->on_ready(&Readiness::notify, self->readiness.get());
    const Deadline first = std::min(by, own_deadline(*self->stream));
    const Wake why = co_await self->readiness->wait(want, first);
    if (!self->stream) co_return Errc::closed;
    if (why == Wake::timed_out && !self->expired(by)) {
        const IoResult stepped = self->stream->step();
        if (stepped.status == IoStatus::error) co_return failure_of(*self->stream);
        co_return Status{};
    }
    co_return status_of(why);
}

asio::awaitable<Status> Connection::Core::repeat(Self self, IoResult (transport::Stream::*verb)(),
                                                 Deadline by) {
    for (;;) {
        if (!self->stream) co_return Errc::closed;
        const IoResult result = ((*self->stream).*verb)();
        if (result.status == IoStatus::ok) co_return Status{};
        if (result.status == IoStatus::eof) co_return Errc::closed;
        if (result.status == IoStatus::error) co_return failure_of(*self->stream);
        if (self->expired(by)) co_return Errc::timed_out;
        const Status again = co_await wait(self, result.status, by);
        if (!again) co_return again;
    }
}

asio::awaitable<Result<std::size_t>> Connection::Core::read_some(Self self, std::span<std::byte> into,
                                                                 Deadline by) {
    assert(!into.empty());
    for (;;) {
        if (self->reading.over()) {
            self->reading.end();
            co_await next_turn(self->loop);
        }
        if (!self->stream) co_return Errc::closed;
        if (self->expired(by)) co_return Errc::timed_out;
        const IoResult result = self->read(into);
        if (result.status == IoStatus::ok) co_return result.count;
        if (result.status == IoStatus::eof) co_return Errc::closed;
        if (result.status == IoStatus::error) co_return failure_of(*self->stream);
        self->reading.end();
        const Status again = co_await wait(self, result.status, by);
        if (!again) co_return again.error();
    }
}

asio::awaitable<Status> Connection::Core::wait_readable(Self self, Deadline by) {
    if (self->reading.over()) {
        self->reading.end();
        co_await next_turn(self->loop);
    }
    if (!self->stream) co_return Errc::closed;
    if (self->expired(by)) co_return Errc::timed_out;
    // Only a refused read tells what to wait for; after any other, bytes may be buffered.
    const IoStatus want = self->read_want;
    if (want != IoStatus::want_read && want != IoStatus::want_write) co_return Status{};
    self->reading.end();
    const Status again = co_await wait(self, want, by);
    // Also on a deadline: the stream may have told at that very moment, and tells once only.
    self->read_want = IoStatus::ok;
    co_return again;
}

asio::awaitable<Status> Connection::Core::write_all(Self self, BytesView bytes, Deadline by) {
    while (!bytes.empty()) {
        if (self->writing.over()) {
            self->writing.end();
            co_await next_turn(self->loop);
        }
        if (!self->stream) co_return Errc::closed;
        if (self->expired(by)) co_return Errc::timed_out;
        const IoResult result = self->stream->try_write(bytes.data(), bytes.size());
        if (result.status == IoStatus::ok) {
            bytes = bytes.subspan(result.count);
            self->out += result.count;
            self->writing.add(result.count);
            continue;
        }
        if (result.status == IoStatus::eof) co_return Errc::closed;
        if (result.status == IoStatus::error) co_return failure_of(*self->stream);
        self->writing.end();
        const Status again = co_await wait(self, result.status, by);
        if (!again) co_return again;
    }
    co_return Status{};
}

asio::awaitable<Status> Connection::Core::finish(Self self, Deadline by) {
    const Status flushed = co_await repeat(self, &transport::Stream::flush, by);
    if (!flushed) co_return flushed;
    co_return co_await repeat(self, &transport::Stream::try_shutdown, by);
}

Connection::Connection(Loop& loop, std::unique_ptr<transport::Stream> stream)
    : core_(std::make_shared<Core>(loop, std::move(stream))) {}

Connection::~Connection() {
    if (core_) abort();
}

Connection::Connection(Connection&& other) noexcept = default;

Connection& Connection::operator=(Connection&& other) noexcept {
    if (core_ && core_ != other.core_) abort();
    core_ = std::move(other.core_);
    return *this;
}

asio::awaitable<Status> Connection::ready(Deadline by) {
    return Core::repeat(core_, &transport::Stream::step, by);
}

asio::awaitable<Result<std::size_t>> Connection::read_some(std::span<std::byte> into, Deadline by) {
    return Core::read_some(core_, into, by);
}

Result<std::size_t> Connection::try_read(std::span<std::byte> into) {
    if (!core_->stream) return Errc::closed;
    const IoResult result = core_->read(into);
    if (result.status == IoStatus::eof) return Errc::closed;
    if (result.status == IoStatus::error) return failure_of(*core_->stream);
    return result.count;
}

asio::awaitable<Status> Connection::wait_readable(Deadline by) {
    return Core::wait_readable(core_, by);
}

asio::awaitable<Status> Connection::write_all(BytesView bytes, Deadline by) {
    return Core::write_all(core_, bytes, by);
}

asio::awaitable<Status> Connection::flush(Deadline by) {
    return Core::repeat(core_, &transport::Stream::flush, by);
}

asio::awaitable<Status> Connection::finish(Deadline by) {
    return Core::finish(core_, by);
}

void Connection::abort() {
    core_->let_go();
}

std::unique_ptr<transport::Stream> Connection::release() {
    return core_->let_go();
}

bool Connection::open() const noexcept {
    return core_->stream != nullptr;
}

transport::Stream& Connection::stream() noexcept {
    assert(core_->stream);
    return *core_->stream;
}

std::uint64_t Connection::bytes_in() const noexcept {
    return core_->in;
}

std::uint64_t Connection::bytes_out() const noexcept {
    return core_->out;
}

}  // namespace p2pc::io
