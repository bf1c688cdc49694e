// Pool: threads for work that blocks (files, password hashing), with a bounded queue. Safe from any
// thread; the loops that use it may be many.
#pragma once

#include <asio/awaitable.hpp>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <type_traits>

namespace p2pc::io {

class Pool {
  public:
    // A thread starts with a job that finds fewer than `threads`: a command that needs none waits for none.
    // With 0 threads a job runs on the loop's own thread, in its next turn: for virtual time.
    Pool(std::size_t threads, std::size_t queue_bound);
    // Jobs that run are waited for, queued ones end with Errc::canceled.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Runs `job`, a callable that returns Result<T>, on a thread of the pool; resumes on the caller's loop.
    //   Errc::busy      the queue is full
    //   Errc::local_io  the system has no thread for it
    //   Errc::canceled  cancelled before the job began, or the pool is ending
    // A job that has begun is waited for even when the caller is cancelled or destroyed, so it may refer
    // to the caller's locals. What it throws is thrown here.
    // REQUIRES: a job with captures is a named variable, moved in (style R5).
    template <std::invocable Job>
    asio::awaitable<std::invoke_result_t<Job>> run(Job job);

  private:
    class Task;
    template <class R>
    class TaskFor;
    template <class Job, class R>
    class TaskOf;
    struct State;
    static asio::awaitable<Status> perform(std::shared_ptr<State> state, std::shared_ptr<Task> task);
    // One coroutine a result type, not one a job.
    template <class R>
    static asio::awaitable<R> result_of(std::shared_ptr<State> state, std::shared_ptr<TaskFor<R>> task);

    std::shared_ptr<State> state_;
};

class Pool::Task {
  public:
    Task();
    virtual ~Task();
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual void work() noexcept = 0;

  private:
    friend class Pool;
    struct Progress;
    std::unique_ptr<Progress> progress_;
};

template <class R>
class Pool::TaskFor : public Task {
  public:
    void work() noexcept final {
        try {
            result_.emplace(call());
        } catch (...) {
            thrown_ = std::current_exception();
        }
    }
    R take() {
        if (thrown_) std::rethrow_exception(thrown_);
        return std::move(*result_);
    }

  private:
    virtual R call() = 0;
    std::optional<R> result_;
    std::exception_ptr thrown_;
};

template <class Job, class R>
class Pool::TaskOf final : public TaskFor<R> {
  public:
    explicit TaskOf(Job job) : job_(std::move(job)) {}

  private:
    R call() override { return std::invoke(job_); }
    Job job_;
};

template <class R>
asio::awaitable<R> Pool::result_of(std::shared_ptr<State> state, std::shared_ptr<TaskFor<R>> task) {
    const Status done = co_await perform(state, task);
    if (!done) co_return done.error();
    co_return task->take();
}

template <std::invocable Job>
asio::awaitable<std::invoke_result_t<Job>> Pool::run(Job job) {
    using R = std::invoke_result_t<Job>;
    return result_of<R>(state_, std::make_shared<TaskOf<Job, R>>(std::move(job)));
}

}  // namespace p2pc::io
