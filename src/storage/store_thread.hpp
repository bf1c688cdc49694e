// StoreThread: the store's one thread, and group commit: whatever waits in the queue goes into one
// transaction, so that many callers share one sync of the disk (docs/decisions/0004-store.md).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/store_queue.hpp"

namespace p2pc::storage {

struct StoreThreadLimits {
    std::size_t queue = 4096;  // jobs waiting; one more is Errc::busy
    std::size_t batch = 1024;  // jobs in one transaction: bounds how long the first of them waits
};

class StoreThread final : public StoreQueue {
  public:
    struct Counts {
        std::uint64_t jobs = 0;
        std::uint64_t commits = 0;
    };

    // `post` is called from the store's thread, and from run() when the queue is full.
    StoreThread(std::unique_ptr<DirectoryStore> store, Post post, StoreThreadLimits limits = {});
    // Runs and commits what waits, posts its results, then closes the store.
    // REQUIRES: nobody calls run() any more.
    ~StoreThread() override;
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    Counts counts() const;

  protected:
    void submit(std::unique_ptr<StoreJob> job) override;

  private:
    using Batch = std::vector<std::unique_ptr<StoreJob>>;

    void serve();
    std::shared_ptr<Batch> take();
    Status run_batch(Batch& batch);

    std::unique_ptr<DirectoryStore> store_;
    Post post_;
    StoreThreadLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable waiting_;
    std::deque<std::unique_ptr<StoreJob>> queue_;
    bool ending_ = false;
    Counts counts_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace p2pc::storage
