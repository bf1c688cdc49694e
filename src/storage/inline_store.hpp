// InlineStore: a StoreQueue without a thread, for scenarios in virtual time. A job runs and commits
// within run(); its `done` is posted all the same. One thread only.
#pragma once

#include <memory>

#include "storage/store_queue.hpp"

namespace p2pc::storage {

class InlineStore final : public StoreQueue {
  public:
    InlineStore(std::unique_ptr<DirectoryStore> store, Post post);

    DirectoryStore& store() noexcept { return *store_; }

  protected:
    void submit(std::unique_ptr<StoreJob> job) override;

  private:
    std::unique_ptr<DirectoryStore> store_;
    Post post_;
};

}  // namespace p2pc::storage
