// ask(): a question to the store that a coroutine waits for.
//
//   auto job = [name](storage::DirectoryStore& store) { return store.find_account(name); };
//   auto found = co_await ask(loop, store, std::move(job));
//
// The job is named first: g++ 12.2 destroys a lambda with captures twice when it is made within the
// statement that waits.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <type_traits>

#include "io/event.hpp"
#include "storage/store_queue.hpp"

namespace p2pc::directory {

// Completes on the loop, when the store has written what the job did.
//   Errc::canceled  the coroutine was cancelled: the job runs all the same, its result is dropped
//   Errc::busy      the store's queue is full: nothing ran
template <class Job>
asio::awaitable<std::invoke_result_t<Job&, storage::DirectoryStore&>> ask(io::Loop& loop,
                                                                          storage::StoreQueue& store,
                                                                          Job job) {
    using Answer = std::invoke_result_t<Job&, storage::DirectoryStore&>;
    struct Slot {
        explicit Slot(io::Loop& on) : ready(on) {}
        io::Event ready;
        std::optional<Answer> answer;
    };
    // The store keeps it too: its answer may come when nobody waits any more.
    auto slot = std::make_shared<Slot>(loop);
    store.run(std::move(job), [slot](Answer answer) {
        slot->answer.emplace(std::move(answer));
        slot->ready.set();
    });
    const Status woken = co_await slot->ready.wait();
    if (!woken) co_return Answer{woken.error()};
    co_return std::move(*slot->answer);
}

}  // namespace p2pc::directory
