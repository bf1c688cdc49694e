// What an implementation with a disk promises beyond the others: here, SQLite.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

namespace {

// Runs `work` in a process that then dies of `signal`, without a destructor or a last word.
template <class Work>
void die_after(int signal, Work work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!work()) ::_exit(1);
        ::kill(::getpid(), signal);
        ::_exit(2);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == signal);
}

}  // namespace

TEST_CASE("everything is there after the database is closed and opened", "[storage][durable]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    ServerSecrets secrets;
    secrets.founding_seed.fill(std::byte{7});
    const AttemptRecord attempt{.key = id_of<AttemptKey>("alice"), .failures = 2, .real = true};
    auto store = opened_sqlite(file);
    good(store->secrets(secrets));
    good(store->note_alive(at(4000)));
    good(store->create_account(account("alice")));
    good(store->disable_device(user("alice"), device_id("alice")));
    good(store->save_attempts({&attempt, 1}));
    good(store->open_session(call("s1")));
    good(store->open_session(call("s2")));
    good(store->end_session(session_id("s2"), model::EndReason::expired, at(6000)));
    const auto alice = good(store->find_account(user("alice")));
    const auto sessions = good(store->sessions_of(user("alice"), 10));
    store.reset();

    store = opened_sqlite(file);
    CHECK(good(store->secrets({})) == secrets);
    CHECK(good(store->last_alive()) == at(4000));
    CHECK(good(store->find_account(user("alice"))) == alice);
    CHECK(good(store->load_attempts()) == std::vector{attempt});
    CHECK(good(store->sessions_of(user("alice"), 10)) == sessions);
    CHECK(sessions.size() == 2);
}

TEST_CASE("a server killed within a batch keeps what was committed, and nothing of the batch",
          "[storage][durable]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    die_after(SIGKILL, [&] {
        auto store = open_sqlite_store(file);
        if (!store) return false;
        auto& s = **store;
        return s.create_account(account("alice")).ok() && s.begin_batch().ok() &&
               s.create_account(account("bob")).ok() && s.commit_batch().ok() && s.begin_batch().ok() &&
               s.create_account(account("carol")).ok() && s.open_session(call("s1")).ok();
    });
    // The lock died with its process, so this opens.
    auto store = opened_sqlite(file);
    CHECK(good(store->find_account(user("alice"))).devices.size() == 1);
    CHECK(good(store->count_accounts()) == 2);
    CHECK(code(store->find_account(user("carol"))) == Errc::not_found);
    CHECK(good(store->active_sessions()).empty());
}

TEST_CASE("when a commit fails nothing of its batch happened, and the store can be used again",
          "[storage][durable]") {
    TempFolder folder;
    auto store = opened_sqlite(folder.path() / "db");
    good(store->create_account(account("alice")));

    // No file of this process may grow: what a full disk does, where no disk can be filled.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
    good(store->begin_batch());
    good(store->create_account(account("bob")));
    const rlimit none{.rlim_cur = 1, .rlim_max = before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    const auto committed = store->commit_batch();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, old_handler);

    CHECK(code(committed) == Errc::local_io);
    CHECK(good(store->count_accounts()) == 1);
    good(store->begin_batch());
    good(store->create_account(account("carol")));
    good(store->commit_batch());
    CHECK(code(store->find_account(user("bob"))) == Errc::not_found);
    CHECK(good(store->count_accounts()) == 2);
}
