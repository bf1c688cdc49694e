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
    // With 0 threads a job runs on the loop's own thread, in its next turn: for virtual time.
    Pool(std::size_t threads, std::size_t queue_bound);
    // Jobs that run are waited for, queued ones end with Errc::canceled.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Runs `job`, a callable that returns Result<T>, on a thread of the pool; resumes on the caller's loop.
    //   Errc::busy      the queue is full
    //   Errc::canceled  cancelled before the job began, or the pool is ending
    // A job that has begun is waited for even when the caller is cancelled or destroyed, so it may refer
    // to the caller's locals. What it throws is thrown here.
    // REQUIRES: a job with captures is a named variable, moved in (style R5).
    template <std::invocable Job>
    asio::awaitable<std::invoke_result_t<Job>> run(Job job);

  private:
    class Task;
    template <class Job>
    class TaskOf;
    struct State;
    static asio::awaitable<Status> perform(std::shared_ptr<State> state, std::shared_ptr<Task> task);

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

template <class Job>
class Pool::TaskOf final : public Task {
  public:
    explicit TaskOf(Job job) : job_(std::move(job)) {}
    void work() noexcept override {
        try {
            result_.emplace(std::invoke(job_));
        } catch (...) {
            thrown_ = std::current_exception();
        }
    }
    std::invoke_result_t<Job> take() {
        if (thrown_) std::rethrow_exception(thrown_);
        return std::move(*result_);
    }

  private:
    Job job_;
    std::optional<std::invoke_result_t<Job>> result_;
    std::exception_ptr thrown_;
};

template <std::invocable Job>
asio::awaitable<std::invoke_result_t<Job>> Pool::run(Job job) {
    const auto task = std::make_shared<TaskOf<Job>>(std::move(job));
    const Status done = co_await perform(state_, task);
    if (!done) co_return done.error();
    co_return task->take();
}

}  // namespace p2pc::io
