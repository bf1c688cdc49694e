#include "io/acceptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "io/readiness.hpp"
#include "io/sleep.hpp"

namespace p2pc::io {
namespace {

using transport::Accepted;
using transport::IoStatus;

constexpr Duration first_pause = std::chrono::milliseconds(50);
constexpr Duration longest_pause = std::chrono::seconds(1);
constexpr int accepts_per_turn = 64;

}  // namespace

struct Acceptor::Core {
    // One descriptor held back, so that at the limit a connection can still be accepted and dropped.
    class Spare {
      public:
        Spare() { hold(); }
        ~Spare() { free(); }
        Spare(const Spare&) = delete;
        Spare& operator=(const Spare&) = delete;

        void hold() {
            if (fd_ < 0) fd_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
        void free() {
            if (fd_ >= 0) ::close(fd_);
            fd_ = -1;
        }

      private:
        int fd_ = -1;
    };

    Core(Loop& l, std::unique_ptr<transport::Listener> x)
        : loop(l), listener(std::move(x)), readiness(std::make_shared<Readiness>(l, listener->poll_fd())) {}
    ~Core() { close(); }

    void close() {
        if (!listener) return;
        if (readiness->needs_notify()) listener->on_ready(nullptr, nullptr);
        readiness->release();
        closing.wake_all(Wake::closed);
        listener.reset();
    }

    void shed_one() {
        spare.free();
        const std::unique_ptr<transport::Stream> dropped(listener->try_accept().stream);
        // `dropped` first, or the spare could not come back.
    }

    Loop& loop;
    std::unique_ptr<transport::Listener> listener;  // null: closed
    std::shared_ptr<Readiness> readiness;
    WaitList closing;
    Spare spare;
    Duration pause = first_pause;
    int streak = 0;
    std::uint64_t shortages = 0;
};

Acceptor::Acceptor(Loop& loop, std::unique_ptr<transport::Listener> listener)
    : core_(std::make_shared<Core>(loop, std::move(listener))) {}

Acceptor::~Acceptor() {
    close();
}

asio::awaitable<Result<std::unique_ptr<transport::Stream>>> Acceptor::accept() {
    return accept(core_);
}

asio::awaitable<Result<std::unique_ptr<transport::Stream>>> Acceptor::accept(std::shared_ptr<Core> core) {
    for (;;) {
        if (++core->streak > accepts_per_turn) {
            core->streak = 0;
            co_await next_turn(core->loop);
        }
        if (!core->listener) co_return Errc::closed;
        const Accepted accepted = core->listener->try_accept();
        if (accepted.status == IoStatus::ok) {
            core->pause = first_pause;
            co_return std::unique_ptr<transport::Stream>(accepted.stream);
        }
        Wake why = Wake::ready;
        if (accepted.status == IoStatus::error || accepted.status == IoStatus::eof) {
            const transport::Failure failure = core->listener->failure();
            if (failure.code != Errc::busy) co_return Error(failure.code, failure.text.data());
            ++core->shortages;
            core->shed_one();
            core->spare.hold();
            const Deadline until = core->loop.now() + core->pause;
            core->pause = std::min(core->pause * 2, longest_pause);
            why = co_await core->closing.wait(core->loop, until);
            if (why == Wake::timed_out) continue;
        } else {
            core->streak = 0;
            if (core->readiness->needs_notify()) {
                core->listener->on_ready(&Readiness::notify, core->readiness.get());
            }
            why = co_await core->readiness->wait(accepted.status, never);
        }
        const Status woken = status_of(why);
        if (!woken) co_return woken.error();
    }
}

void Acceptor::close() {
    core_->close();
}

transport::Address Acceptor::local() {
    return core_->listener->local();
}

std::uint64_t Acceptor::shortages() const noexcept {
    return core_->shortages;
}

}  // namespace p2pc::io
