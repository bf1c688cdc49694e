// Worker: one kind of blocking work, done by the pool piece after piece and in order, fed and emptied by a
// loop.
//
// As long as pieces are there the pool's thread takes the next one itself, and the loop is woken only when
// it waits. With a job for each piece thread and loop would take turns: while the loop writes to a socket
// nobody would read the file. Loop thread only, but for the work.
#pragma once

#include <asio/awaitable.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "io/event.hpp"
#include "io/pool.hpp"

namespace p2pc::io {

template <class In, class Out>
class Worker {
  public:
    using Work = std::function<Out(In)>;

    // `work` may use what the owner of run() owns. What it throws is thrown by run().
    Worker(Loop& loop, Pool& pool, Work work)
        : state_(std::make_shared<State>(loop, pool, std::move(work))) {}
    ~Worker() { close(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Never waits: whoever gives bounds how much is under way.
    void give(In piece) { state_->give(std::move(piece)); }
    // Nothing that was given is still to be done.
    bool idle() const { return state_->is_idle(); }
    // next() would not wait.
    bool ready() const { return state_->is_ready(); }
    // What became of the oldest piece.
    //   Errc::closed  and nothing is left
    //   Errc::busy    the pool took no more work
    asio::awaitable<Result<Out>> next() { return next(state_); }

    // Works until close(); to be spawned once. Its end, also when it is cancelled, comes after that of the
    // piece under way.
    asio::awaitable<void> run() { return run(state_); }
    // No piece is begun any more; what is done can still be taken.
    void close() { state_->close(Error{Errc::closed}); }

  private:
    // Pieces until the thread lets other work of the pool have its turn.
    static constexpr int most_pieces = 64;

    struct State {
        State(Loop& loop, Pool& p, Work w)
            : home(loop.mailbox()), pool(p), work(std::move(w)), start(loop), arrived(loop) {}

        void give(In piece) {
            const std::lock_guard lock(mutex);
            if (ended) return;
            given.push_back(std::move(piece));
            if (!std::exchange(working, true)) start.set();
        }
        bool is_idle() const {
            const std::lock_guard lock(mutex);
            return !busy && given.empty();
        }
        bool is_ready() const {
            const std::lock_guard lock(mutex);
            return !done.empty() || ended;
        }
        void close(Error why) {
            {
                const std::lock_guard lock(mutex);
                if (!ended) ended = std::move(why);
            }
            start.close();
            arrived.close();
        }
        std::optional<Result<Out>> take() {
            const std::lock_guard lock(mutex);
            if (!done.empty()) {
                std::optional<Result<Out>> oldest(std::move(done.front()));
                done.pop_front();
                return oldest;
            }
            if (ended) return Result<Out>(*ended);
            taker_waits = true;
            arrived.reset();
            return std::nullopt;
        }

        const std::shared_ptr<Mailbox> home;
        Pool& pool;
        const Work work;
        mutable std::mutex mutex;  // over what follows
        std::deque<In> given;
        std::deque<Out> done;
        bool working = false;  // a job is with the pool, or about to be
        bool busy = false;     // with a piece
        bool taker_waits = false;
        std::optional<Error> ended;
        Event start, arrived;  // the loop's alone
    };

    // On the pool; whether there is more.
    static Result<bool> work_some(const std::shared_ptr<State>& s) {
        std::unique_lock lock(s->mutex);
        for (int count = 0; !s->given.empty() && !s->ended; ++count) {
            if (count == most_pieces) return true;
            In piece(std::move(s->given.front()));
            s->given.pop_front();
            s->busy = true;
            lock.unlock();
            Out out = s->work(std::move(piece));
            lock.lock();
            s->done.push_back(std::move(out));
            s->busy = false;  // before anybody can know of it
            if (!std::exchange(s->taker_waits, false)) continue;
            lock.unlock();
            s->home->post([s] { s->arrived.set(); });
            lock.lock();
        }
        s->working = false;
        return false;
    }

    static asio::awaitable<void> run(std::shared_ptr<State> s) {
        for (;;) {
            auto started = co_await s->start.wait();
            if (!started) co_return;
            s->start.reset();
            for (bool more = true; more;) {
                auto job = [s] { return work_some(s); };
                auto worked = co_await s->pool.run(std::move(job));
                if (!worked) {
                    s->close(worked.error());
                    co_return;
                }
                more = *worked;
            }
        }
    }

    static asio::awaitable<Result<Out>> next(std::shared_ptr<State> s) {
        for (;;) {
            if (auto piece = s->take()) co_return std::move(*piece);
            auto arrived = co_await s->arrived.wait();
            if (!arrived && arrived.error().code() != Errc::closed) co_return arrived.error();
        }
    }

    std::shared_ptr<State> state_;
};

}  // namespace p2pc::io
