#include "storage/store_thread.hpp"

#include <algorithm>
#include <iterator>

namespace p2pc::storage {

StoreThread::StoreThread(std::unique_ptr<DirectoryStore> store, Post post, StoreThreadLimits limits)
    : store_(std::move(store)), post_(std::move(post)), limits_(limits), thread_([this] { serve(); }) {}

StoreThread::~StoreThread() {
    {
        const std::lock_guard hold{mutex_};
        ending_ = true;
    }
    waiting_.notify_one();
    thread_.join();
}

StoreThread::Counts StoreThread::counts() const {
    const std::lock_guard hold{mutex_};
    return counts_;
}

void StoreThread::submit(std::unique_ptr<StoreJob> job) {
    {
        const std::lock_guard hold{mutex_};
        if (queue_.size() < limits_.queue) {
            queue_.push_back(std::move(job));
        }
    }
    if (!job) {
        waiting_.notify_one();
        return;
    }
    // Refused by the same road as every other answer, so that `done` never runs within run().
    post_([refused = std::shared_ptr<StoreJob>{std::move(job)}] {
        refused->finish(Error{Errc::busy, "the queue of the store is full"});
    });
}

void StoreThread::serve() {
    for (auto batch = take(); !batch->empty(); batch = take()) {
        Status committed = run_batch(*batch);
        {
            const std::lock_guard hold{mutex_};
            counts_.jobs += batch->size();
            if (committed) ++counts_.commits;
        }
        // One post for the whole batch: under load the owner's loop is woken once, not a thousand times.
        // Moved, so that what the jobs hold is destroyed on the owner's loop too.
        post_([batch = std::move(batch), committed = std::move(committed)] {
            for (auto& job : *batch)
                job->finish(committed);
        });
    }
    store_.reset();
}

// Waits for work. An empty batch: there is none left and the end has come.
std::shared_ptr<StoreThread::Batch> StoreThread::take() {
    auto batch = std::make_shared<Batch>();
    std::unique_lock hold{mutex_};
    waiting_.wait(hold, [this] { return ending_ || !queue_.empty(); });
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), limits_.batch));
    std::move(queue_.begin(), queue_.begin() + count, std::back_inserter(*batch));
    queue_.erase(queue_.begin(), queue_.begin() + count);
    return batch;
}

Status StoreThread::run_batch(Batch& batch) {
    if (auto begun = store_->begin_batch(); !begun) return begun;
    for (auto& job : batch)
        job->work(*store_);
    return store_->commit_batch();
}

}  // namespace p2pc::storage
