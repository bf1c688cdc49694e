#include "io/pool.hpp"

#include <signal.h>

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "io/loop.hpp"
#include "io/sleep.hpp"
#include "io/wait.hpp"

namespace p2pc::io {

// `stage` is guarded by the pool's mutex; the rest belongs to the loop's thread.
struct Pool::Task::Progress {
    enum class Stage : std::uint8_t { queued, running, done, dropped };
    Stage stage = Stage::queued;
    std::shared_ptr<Mailbox> home;
    WaitList ended;
};

Pool::Task::Task() : progress_(std::make_unique<Progress>()) {}
Pool::Task::~Task() = default;

struct Pool::State {
    using Stage = Task::Progress::Stage;

    Status enqueue(const std::shared_ptr<Task>& task) {
        const std::lock_guard lock(mutex);
        if (ending || queue.size() >= bound) return Error(Errc::busy, "the work queue is full");
        if (threads.size() < most_threads) {
            // Fewer do as well, but for none.
            const auto started = start_thread();
            if (!started && threads.empty()) return started;
        }
        queue.push_back(task);
        work.notify_one();
        return {};
    }

    // REQUIRES: the mutex is held.
    Status start_thread() {
        // Signals are the main thread's: here they would only cut system calls short.
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        Status started;
        try {
            threads.emplace_back([this] { serve(); });
        } catch (const std::system_error& refused) {
            started = Error(Errc::local_io, std::string("cannot start a thread: ") + refused.what());
        }
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return started;
    }

    // Whether the task will never run.
    bool withdraw(const std::shared_ptr<Task>& task) {
        const std::lock_guard lock(mutex);
        if (task->progress_->stage != Stage::queued) return false;
        std::erase(queue, task);
        task->progress_->stage = Stage::dropped;
        return true;
    }

    void wait_while_running(Task& task) {
        std::unique_lock lock(mutex);
        done.wait(lock, [&] { return task.progress_->stage != Stage::running; });
    }

    bool was_dropped(Task& task) {
        const std::lock_guard lock(mutex);
        return task.progress_->stage == Stage::dropped;
    }

    // Gives the reference away: a job and its captures die on the loop's thread.
    static void report(std::shared_ptr<Task> task) {
        const auto home = task->progress_->home;
        home->post([task = std::move(task)] { task->progress_->ended.wake_all(); });
    }

    void serve() {
        std::unique_lock lock(mutex);
        for (;;) {
            work.wait(lock, [&] { return ending || !queue.empty(); });
            if (ending) return;
            auto task = std::move(queue.front());
            queue.pop_front();
            task->progress_->stage = Stage::running;
            lock.unlock();
            task->work();
            lock.lock();
            task->progress_->stage = Stage::done;
            done.notify_all();
            lock.unlock();
            report(std::move(task));
            lock.lock();
        }
    }

    void end() {
        std::deque<std::shared_ptr<Task>> dropped;
        {
            const std::lock_guard lock(mutex);
            ending = true;
            dropped.swap(queue);
            for (const auto& task : dropped)
                task->progress_->stage = Stage::dropped;
            work.notify_all();
        }
        for (auto& task : dropped)
            report(std::move(task));
        for (auto& thread : threads)
            thread.join();
    }

    // The last word of a coroutine, however it ends: after it nobody works for it any more.
    class UntilIdle {
      public:
        UntilIdle(State& state, const std::shared_ptr<Task>& task) : state_(state), task_(task) {}
        ~UntilIdle() {
            if (!state_.withdraw(task_)) state_.wait_while_running(*task_);
        }
        UntilIdle(const UntilIdle&) = delete;
        UntilIdle& operator=(const UntilIdle&) = delete;

      private:
        State& state_;
        const std::shared_ptr<Task>& task_;
    };

    std::mutex mutex;
    std::condition_variable work;
    std::condition_variable done;
    std::deque<std::shared_ptr<Task>> queue;
    std::size_t bound = 0;
    std::size_t most_threads = 0;
    bool ending = false;
    std::vector<std::thread> threads;
};

Pool::Pool(std::size_t threads, std::size_t queue_bound) : state_(std::make_shared<State>()) {
    state_->bound = queue_bound;
    state_->most_threads = threads;
}

Pool::~Pool() {
    state_->end();
}

asio::awaitable<Status> Pool::perform(std::shared_ptr<State> state, std::shared_ptr<Task> task) {
    assert(Loop::current());
    Loop& loop = *Loop::current();
    if (state->most_threads == 0) {
        co_await next_turn(loop);
        task->work();
        co_return Status{};
    }
    auto& progress = *task->progress_;
    progress.home = loop.mailbox();
    auto taken = state->enqueue(task);
    if (!taken) co_return taken;
    const State::UntilIdle until_idle(*state, task);
    WaitList::OnCancel withdraw = [&state, &task] { return state->withdraw(task); };
    const Wake why = co_await progress.ended.wait(loop, never, withdraw);
    if (why != Wake::ready || state->was_dropped(*task)) co_return Errc::canceled;
    co_return Status{};
}

}  // namespace p2pc::io
