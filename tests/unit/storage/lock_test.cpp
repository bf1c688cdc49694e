#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

TEST_CASE("a database is open once, and the first is not disturbed by the second", "[storage][lock]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    auto first = opened_sqlite(file);
    good(first->create_account(account("alice")));
    const auto second = open_sqlite_store(file);
    CHECK(code(second) == Errc::in_use);
    CHECK(code(open_sqlite_store(folder.path() / "." / "db")) == Errc::in_use);
    good(first->create_account(account("bob")));
    first.reset();
    CHECK(good(opened_sqlite(file)->count_accounts()) == 2);
}

TEST_CASE("another process is refused while this one has the database", "[storage][lock]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    auto first = opened_sqlite(file);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(code(open_sqlite_store(file)) == Errc::in_use ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("the lock of a killed process is gone, though its file is there", "[storage][lock]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto store = open_sqlite_store(file);
        const char said = store ? 'y' : 'n';
        if (::write(ready[1], &said, 1) != 1) ::_exit(1);
        ::pause();
        ::_exit(1);
    }
    char said = 0;
    REQUIRE(::read(ready[0], &said, 1) == 1);
    CHECK(said == 'y');
    CHECK(code(open_sqlite_store(file)) == Errc::in_use);
    REQUIRE(::kill(child, SIGKILL) == 0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    ::close(ready[0]);
    ::close(ready[1]);
    CHECK(std::filesystem::exists(file.string() + ".lock"));
    CHECK(open_sqlite_store(file).ok());
}
