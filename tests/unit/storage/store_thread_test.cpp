#include "storage/store_thread.hpp"

#include <future>
#include <latch>

#include "contract/storage/stores.hpp"
#include "storage/inline_store.hpp"

using namespace p2pc;
using namespace p2pc::storage;

namespace {

// What was posted, to be run when the test says so. Safe from any thread.
class Posted {
  public:
    Post post() {
        return [this](std::function<void()> f) {
            const std::lock_guard hold{mutex_};
            waiting_.push_back(std::move(f));
            came_.notify_all();
        };
    }
    std::size_t size() {
        const std::lock_guard hold{mutex_};
        return waiting_.size();
    }
    // Waits for a post, then runs all there are.
    void run_some() {
        std::vector<std::function<void()>> now;
        {
            std::unique_lock hold{mutex_};
            came_.wait(hold, [this] { return !waiting_.empty(); });
            now.swap(waiting_);
        }
        for (auto& f : now)
            f();
    }

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::function<void()>> waiting_;
};

struct Trace {
    std::atomic<int> begun = 0, committed = 0;
    std::atomic<bool> fail_begin = false, fail_commit = false, destroyed = false;
};

// Says what happens to batches, and fails them on demand.
class TracedStore final : public MemoryStore {
  public:
    explicit TracedStore(Trace& trace) : trace_(trace) {}
    ~TracedStore() override { trace_.destroyed = true; }
    Status begin_batch() override {
        if (trace_.fail_begin) return Error{Errc::local_io, "no begin"};
        ++trace_.begun;
        return {};
    }
    Status commit_batch() override {
        if (trace_.fail_commit) return Error{Errc::local_io, "no commit"};
        ++trace_.committed;
        return {};
    }

  private:
    Trace& trace_;
};

Result<std::uint64_t> count(DirectoryStore& store) {
    return store.count_accounts();
}

// Holds the store's thread in a job of its own until it is opened.
class Gate {
  public:
    explicit Gate(StoreQueue& queue) {
        queue.run(
            [latches = latches_](DirectoryStore&) -> Status {
                latches->held.count_down();
                latches->go.wait();
                return {};
            },
            [](const Status&) {});
        latches_->held.wait();
    }
    void open() { latches_->go.count_down(); }

  private:
    struct Latches {
        std::latch held{1}, go{1};
    };
    std::shared_ptr<Latches> latches_ = std::make_shared<Latches>();
};

}  // namespace

TEST_CASE("jobs that wait together share one commit", "[storage][thread]") {
    Trace trace;
    Posted posted;
    int done = 0;
    {
        StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
        Gate gate{thread};
        for (int i = 0; i < 100; ++i) {
            thread.run(
                [i](DirectoryStore& store) {
                    return store.create_account(account("user" + std::to_string(i)));
                },
                [&done](Result<Registered> made) { done += made.ok() ? 1 : 0; });
        }
        gate.open();
        while (done < 100)
            posted.run_some();
        CHECK(thread.counts().jobs == 101);
        CHECK(thread.counts().commits == 2);
    }
    CHECK(trace.committed == 2);
    CHECK(trace.begun == 2);
}

TEST_CASE("a batch holds no more than its limit", "[storage][thread]") {
    Trace trace;
    Posted posted;
    {
        StoreThread thread{std::make_unique<TracedStore>(trace), posted.post(), {.queue = 100, .batch = 10}};
        Gate gate{thread};
        for (int i = 0; i < 21; ++i)
            thread.run(count, [](Result<std::uint64_t>) {});
        gate.open();
    }
    CHECK(trace.committed == 1 + 3);
}

TEST_CASE("done runs only when it is posted, and only after the commit", "[storage][thread]") {
    Trace trace;
    Posted posted;
    int committed_before_done = -1;
    StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
    Gate gate{thread};
    thread.run(count, [&](Result<std::uint64_t>) { committed_before_done = trace.committed; });
    CHECK(committed_before_done == -1);
    gate.open();
    posted.run_some();
    while (committed_before_done == -1)
        posted.run_some();
    CHECK(committed_before_done == 2);
}

TEST_CASE("when the commit fails every job of the batch is told, whatever its own result",
          "[storage][thread]") {
    Trace trace;
    Posted posted;
    std::vector<std::optional<Errc>> told;
    const auto tell = [&](const auto& result) { told.push_back(code(result)); };
    StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
    for (auto* failing : {&trace.fail_commit, &trace.fail_begin}) {
        told.clear();
        *failing = true;
        std::optional<Gate> gate;
        if (failing == &trace.fail_commit) gate.emplace(thread);
        thread.run(count, tell);
        thread.run([](DirectoryStore& store) { return store.find_account(user("nobody")); }, tell);
        if (gate) gate->open();
        while (told.size() < 2)
            posted.run_some();
        CHECK(told == std::vector<std::optional<Errc>>{Errc::local_io, Errc::local_io});
        *failing = false;
    }
    told.clear();
    thread.run(count, tell);
    while (told.empty())
        posted.run_some();
    CHECK(told == std::vector<std::optional<Errc>>{std::nullopt});
}

TEST_CASE("a full queue refuses with busy, by post, and takes jobs again later", "[storage][thread]") {
    Trace trace;
    Posted posted;
    int taken = 0;
    int busy = 0;
    const auto tell = [&](const Result<std::uint64_t>& result) {
        if (result) ++taken;
        if (code(result) == Errc::busy) ++busy;
    };
    StoreThread thread{std::make_unique<TracedStore>(trace), posted.post(), {.queue = 3, .batch = 10}};
    Gate gate{thread};
    for (int i = 0; i < 4; ++i)
        thread.run(count, tell);
    CHECK(busy == 0);
    CHECK(posted.size() == 1);
    posted.run_some();
    CHECK(busy == 1);
    CHECK(taken == 0);
    gate.open();
    while (taken < 3)
        posted.run_some();
    thread.run(count, tell);
    while (taken < 4)
        posted.run_some();
    CHECK(busy == 1);
}

TEST_CASE("the destructor runs and commits what waits, then closes the store", "[storage][thread]") {
    Trace trace;
    Posted posted;
    std::vector<std::uint64_t> seen;
    {
        StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
        for (int i = 0; i < 50; ++i) {
            thread.run(
                [i](DirectoryStore& store) { return store.create_account(account("u" + std::to_string(i))); },
                [](Result<Registered>) {});
        }
        thread.run(count, [&](Result<std::uint64_t> n) { seen.push_back(good(std::move(n))); });
    }
    CHECK(trace.destroyed);
    CHECK(seen.empty());
    posted.run_some();
    CHECK(seen == std::vector<std::uint64_t>{50});
}

TEST_CASE("a job that throws is an internal error and harms no other", "[storage][thread]") {
    Trace trace;
    Posted posted;
    std::vector<std::optional<Errc>> told;
    StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
    thread.run([](DirectoryStore&) -> Status { throw std::logic_error("bug"); },
               [&](const Status& result) { told.push_back(code(result)); });
    thread.run(count, [&](const Result<std::uint64_t>& result) { told.push_back(code(result)); });
    while (told.size() < 2)
        posted.run_some();
    CHECK(told == std::vector<std::optional<Errc>>{Errc::internal, std::nullopt});
}

TEST_CASE("jobs and dones may own what cannot be copied, and it dies on the owner's loop",
          "[storage][thread]") {
    Trace trace;
    Posted posted;
    std::thread::id died_on;
    StoreThread thread{std::make_unique<TracedStore>(trace), posted.post()};
    const auto record_thread = [&](int* p) {
        delete p;
        died_on = std::this_thread::get_id();
    };
    std::unique_ptr<int, decltype(record_thread)> owned{new int{5}, record_thread};
    std::promise<int> got;
    auto result = got.get_future();
    thread.run([owned = std::move(owned)](DirectoryStore&) -> Result<int> { return *owned + 1; },
               [got = std::move(got)](Result<int> n) mutable { got.set_value(good(n)); });
    posted.run_some();
    CHECK(result.get() == 6);
    CHECK(died_on == std::this_thread::get_id());
}

TEST_CASE("the inline store works at once and answers by post", "[storage][thread]") {
    Trace trace;
    Posted posted;
    InlineStore queue{std::make_unique<TracedStore>(trace), posted.post()};
    std::vector<std::optional<Errc>> told;
    queue.run(count, [&](const Result<std::uint64_t>& result) { told.push_back(code(result)); });
    CHECK(trace.committed == 1);
    CHECK(told.empty());
    posted.run_some();
    trace.fail_commit = true;
    queue.run(count, [&](const Result<std::uint64_t>& result) { told.push_back(code(result)); });
    posted.run_some();
    CHECK(told == std::vector<std::optional<Errc>>{std::nullopt, Errc::local_io});
}

TEST_CASE("what a thread over SQLite said is done is there for the next process", "[storage][thread]") {
    TempFolder folder;
    Posted posted;
    int done = 0;
    {
        StoreThread thread{opened_sqlite(folder.path() / "db"), posted.post()};
        Gate gate{thread};
        for (int i = 0; i < 200; ++i) {
            // Every second one fails by itself.
            thread.run(
                [i](DirectoryStore& store) {
                    auto made = account("user" + std::to_string(i));
                    if (i % 2 == 1) made.list.devices = {listed("user0", "laptop")};
                    return store.create_account(made);
                },
                [&done](const Result<Registered>& made) { done += made.ok() ? 1 : 1000; });
        }
        gate.open();
        while (done < 100'100)
            posted.run_some();
        CHECK(thread.counts().commits < 10);
    }
    CHECK(done == 100'100);
    CHECK(good(opened_sqlite(folder.path() / "db")->count_accounts()) == 100);
}
