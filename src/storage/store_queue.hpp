// StoreQueue: how the rest of the server asks its store without waiting for a disk.
//
//   queue.run([id](DirectoryStore& store) { return store.find_session(id); },
//             [](Result<SessionRecord> found) { ... });
//
// The job runs where the store lives; `done` runs later, by the `post` its owner gave (on the owner's
// loop), exactly once and never from within run(). It runs only after what the job did is on disk: when
// the commit fails, every job of that batch gets the commit's error in place of its result. A job of
// several calls is not one unit: each call keeps its own promise. Safe from any thread.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <type_traits>
#include <utility>

#include "storage/directory_store.hpp"

namespace p2pc::storage {

// Hands a function to the owner's loop. Must not run it at once, must not throw.
using Post = std::function<void(std::function<void()>)>;

class StoreJob {
  public:
    virtual ~StoreJob() = default;
    virtual void work(DirectoryStore& store) = 0;  // on the store's thread
    virtual void finish(const Status& batch) = 0;  // on the owner's loop
};

class StoreQueue {
  public:
    virtual ~StoreQueue() = default;

    // `job` takes DirectoryStore& and returns a Result<T>; `done` takes that Result<T>. Both may be
    // move-only. A job that throws is Errc::internal.
    //   Errc::busy (to `done`)  the queue is full; the job did not run
    template <class Job, class Done>
    void run(Job job, Done done) {
        submit(std::make_unique<Typed<Job, Done>>(std::move(job), std::move(done)));
    }

  protected:
    virtual void submit(std::unique_ptr<StoreJob> job) = 0;

  private:
    template <class Job, class Done>
    class Typed final : public StoreJob {
      public:
        Typed(Job job, Done done) : job_(std::move(job)), done_(std::move(done)) {}

        void work(DirectoryStore& store) override {
            try {
                result_.emplace(job_(store));
            } catch (const std::exception& bug) {
                result_.emplace(Error{Errc::internal, bug.what()});
            }
        }

        void finish(const Status& batch) override {
            if (batch) {
                done_(std::move(*result_));
            } else {
                done_(Answer{batch.error()});
            }
        }

      private:
        using Answer = std::invoke_result_t<Job&, DirectoryStore&>;

        Job job_;
        Done done_;
        std::optional<Answer> result_;
    };
};

}  // namespace p2pc::storage
