#include "storage/inline_store.hpp"

namespace p2pc::storage {

InlineStore::InlineStore(std::unique_ptr<DirectoryStore> store, Post post)
    : store_(std::move(store)), post_(std::move(post)) {}

void InlineStore::submit(std::unique_ptr<StoreJob> job) {
    Status committed = store_->begin_batch();
    if (committed) {
        job->work(*store_);
        committed = store_->commit_batch();
    }
    post_([finished = std::shared_ptr<StoreJob>{std::move(job)}, committed = std::move(committed)] {
        finished->finish(committed);
    });
}

}  // namespace p2pc::storage
