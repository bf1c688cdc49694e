#include "io/task_group.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/system_error.hpp>
#include <list>

#include "io/wait.hpp"

namespace p2pc::io {
namespace {

bool is_cancellation(const std::exception_ptr& what) {
    try {
        std::rethrow_exception(what);
    } catch (const asio::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

struct TaskGroup::State : std::enable_shared_from_this<State> {
    class Task {
      public:
        explicit Task(std::string name) : name_(std::move(name)) {}
        const std::string& name() const noexcept { return name_; }
        asio::cancellation_signal& signal() noexcept { return signal_; }

      private:
        std::string name_;
        asio::cancellation_signal signal_;
    };

    State(Loop& l, OnException e) : loop(l), on_exception(std::move(e)) {}

    void stop() {
        stopped = true;
        for (auto& task : tasks)
            task.signal().emit(asio::cancellation_type::terminal);
    }

    void finished(std::list<Task>::iterator task, const std::exception_ptr& what) {
        // The signal's memory serves the coroutine until its last frame is gone, which is not yet.
        ended.splice(ended.end(), tasks, task);
        loop.post([self = shared_from_this()] { self->ended.clear(); });
        if (what && on_exception && !(stopped && is_cancellation(what))) on_exception(task->name(), what);
        if (tasks.empty()) idle.wake_all();
    }

    Loop& loop;
    OnException on_exception;
    std::list<Task> tasks;
    std::list<Task> ended;
    WaitList idle;
    bool stopped = false;
};

TaskGroup::TaskGroup(Loop& loop, OnException on_exception)
    : state_(std::make_shared<State>(loop, std::move(on_exception))) {}

TaskGroup::~TaskGroup() {
    state_->on_exception = nullptr;
    state_->stop();
}

void TaskGroup::spawn(std::string name, asio::awaitable<void> body) {
    if (state_->stopped) return;
    const auto task = state_->tasks.emplace(state_->tasks.end(), std::move(name));
    asio::co_spawn(state_->loop.executor(), std::move(body),
                   asio::bind_cancellation_slot(task->signal().slot(),
                                                [state = state_, task](const std::exception_ptr& what) {
                                                    state->finished(task, what);
                                                }));
}

void TaskGroup::stop() {
    state_->stop();
}

bool TaskGroup::stopped() const noexcept {
    return state_->stopped;
}

std::size_t TaskGroup::running() const noexcept {
    return state_->tasks.size();
}

asio::awaitable<void> TaskGroup::join() {
    return join(state_);
}

asio::awaitable<void> TaskGroup::join(std::shared_ptr<State> state) {
    WaitList::OnCancel stop_all = [&state] {
        state->stop();
        return false;
    };
    while (!state->tasks.empty()) {
        [[maybe_unused]] const Wake why = co_await state->idle.wait(state->loop, never, stop_all);
    }
}

}  // namespace p2pc::io
