#include "directory/store_calls.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "io/task_group.hpp"
#include "storage/memory/memory_store.hpp"
#include "storage/store_thread.hpp"

using namespace p2pc;
using namespace p2pc::directory;

namespace {

asio::awaitable<void> ask_twice(io::Loop& loop, storage::StoreQueue& store,
                                std::vector<std::thread::id>& where, std::vector<Errc>& answers) {
    const auto alice = *model::UserName::parse("alice");
    auto job = [alice, &where](storage::DirectoryStore& in) {
        where.push_back(std::this_thread::get_id());
        return in.find_account(alice);
    };
    auto found = co_await ask(loop, store, std::move(job));
    answers.push_back(found ? Errc{} : found.error().code());
    where.push_back(std::this_thread::get_id());
    auto failing = [](storage::DirectoryStore&) -> Status { throw std::runtime_error("a bug"); };
    auto failed = co_await ask(loop, store, failing);
    answers.push_back(failed ? Errc{} : failed.error().code());
    loop.stop();
}

}  // namespace

TEST_CASE("a job runs on the store's thread and its answer comes back to the loop's",
          "[directory][store_calls]") {
    const base::SystemClock clock;
    io::Loop loop(clock);
    storage::StoreThread store(
        std::make_unique<storage::MemoryStore>(),
        [mail = loop.mailbox()](std::function<void()> call) { mail->post(std::move(call)); });
    std::vector<std::thread::id> where;
    std::vector<Errc> answers;
    io::TaskGroup tasks(loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("asking", ask_twice(loop, store, where, answers));
    loop.run();
    CHECK(answers == std::vector{Errc::not_found, Errc::internal});
    REQUIRE(where.size() == 2);
    CHECK(where[0] != std::this_thread::get_id());
    CHECK(where[1] == std::this_thread::get_id());
}
