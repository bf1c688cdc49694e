#include <sys/stat.h>

#include <fstream>
#include <random>
#include <sstream>

#include "contract/storage/stores.hpp"
#include "storage/sqlite/migrations.hpp"

using namespace p2pc;
using namespace p2pc::storage;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

void put(const fs::path& file, std::string_view text) {
    std::ofstream{file, std::ios::binary} << text;
    fs::permissions(file, fs::perms{0600});
}

// Refused with that code, and not a byte of it changed.
void refused(const fs::path& file, Errc expected) {
    const auto before = content(file);
    const auto written = fs::last_write_time(file);
    CHECK(code(open_sqlite_store(file)) == expected);
    CHECK(content(file) == before);
    CHECK(fs::last_write_time(file) == written);
    for (auto left : {"-wal", "-shm", "-journal", ".new"})
        CHECK_FALSE(fs::exists(file.string() + left));
}

// A database of ours with an account in it, closed, then changed with SQL.
void make_database(const fs::path& file, const std::string& sql = "") {
    good(opened_sqlite(file)->create_account(account("alice")));
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE};
    database.exec("PRAGMA journal_mode = DELETE");
    database.exec(sql);
}

mode_t mode_of(const fs::path& file) {
    struct stat found {};
    REQUIRE(::stat(file.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("a file that is no database of ours is refused and left as it was", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    std::string noise(64 * 1024, '\0');
    std::minstd_rand random{20240607};
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<char>(random()); });
    const std::string magic{"SQLite format 3\0", 16};

    for (const std::string& bad : {std::string{}, std::string{"x"}, noise, magic, magic + noise.substr(0, 83),
                                   magic + noise.substr(0, 84), magic + noise, std::string(4096, '\0')}) {
        INFO(bad.size() << " bytes");
        put(file, bad);
        refused(file, Errc::corrupt);
    }
}

TEST_CASE("a database of another program is refused", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    SQLite::Database{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE a (x)");
    fs::permissions(file, fs::perms{0600});
    refused(file, Errc::corrupt);
}

TEST_CASE("a database from a newer version is refused", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    make_database(file, "PRAGMA user_version = " + std::to_string(migrations().size() + 1));
    refused(file, Errc::corrupt);
    fs::remove(file);
    make_database(file, "PRAGMA user_version = 0");
    refused(file, Errc::corrupt);
}

TEST_CASE("a newer version that shows only in a crash's log is refused, and the log stays",
          "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    make_database(file);
    const auto original = content(file);
    const auto crashed = folder.path() / "crashed";
    {
        SQLite::Database newer{file.string(), SQLite::OPEN_READWRITE};
        newer.exec("PRAGMA journal_mode = WAL");
        newer.exec("PRAGMA user_version = 99");
        // What a crash at this moment would leave behind.
        fs::copy_file(file, crashed);
        fs::copy_file(file.string() + "-wal", crashed.string() + "-wal");
    }
    fs::permissions(crashed, fs::perms{0600});
    const auto database = content(crashed);
    const auto log = content(crashed.string() + "-wal");
    REQUIRE_FALSE(log.empty());
    CHECK(code(open_sqlite_store(crashed)) == Errc::corrupt);
    CHECK(content(crashed) == database);
    CHECK(content(crashed.string() + "-wal") == log);
}

TEST_CASE("a damaged or shortened database is refused", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    make_database(file);
    const auto whole = content(file);
    REQUIRE(whole.size() > 8192);
    put(file, whole.substr(0, 4096));
    refused(file, Errc::corrupt);
    auto noisy = whole;
    std::fill(noisy.begin() + 4096, noisy.end(), '\x5a');
    put(file, noisy);
    refused(file, Errc::corrupt);
    // The tables can be found, and one page of an index is noise.
    auto one_page = whole;
    std::fill(one_page.end() - 4096, one_page.end(), '\x5a');
    put(file, one_page);
    refused(file, Errc::corrupt);
    put(file, whole);
    CHECK(good(opened_sqlite(file)->count_accounts()) == 1);
}

TEST_CASE("a name in the database that is no name is damage, not a crash", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    make_database(file, "UPDATE account SET user = 'Not A Name'");
    auto store = opened_sqlite(file);
    CHECK(code(store->list_accounts()) == Errc::corrupt);
    CHECK(good(store->count_accounts()) == 1);
}

TEST_CASE("a read-only or shared file, a folder and a link are refused", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    make_database(file);
    fs::remove(file.string() + ".lock");
    for (auto mode : {0400, 0640, 0604, 0660}) {
        fs::permissions(file, fs::perms(mode));
        refused(file, Errc::local_io);
    }
    fs::permissions(file, fs::perms{0600});
    fs::create_directory(folder.path() / "folder");
    fs::create_symlink(file, folder.path() / "link");
    fs::create_symlink(folder.path() / "nowhere", folder.path() / "dangling");
    REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
    for (auto name : {"folder", "link", "dangling", "fifo", "db/below", "folder/"}) {
        INFO(name);
        CHECK(code(open_sqlite_store(folder.path() / name)) == Errc::local_io);
        CHECK_FALSE(fs::exists((folder.path() / name).string() + ".lock"));
    }
    CHECK(code(open_sqlite_store("")) == Errc::local_io);
    CHECK(fs::is_empty(folder.path() / "folder"));
    CHECK_FALSE(fs::exists(folder.path() / "nowhere"));
    CHECK(good(opened_sqlite(file)->count_accounts()) == 1);
}

TEST_CASE("a log without its database is not played into a new one", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    put(file.string() + "-wal", "somebody's last words");
    CHECK(code(open_sqlite_store(file)) == Errc::corrupt);
    CHECK_FALSE(fs::exists(file));
    CHECK(content(file.string() + "-wal") == "somebody's last words");
}

TEST_CASE("a new database and its folders are private, whatever the umask", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "one" / "two" / "db";
    const auto before = ::umask(0);
    auto store = opened_sqlite(file);
    good(store->create_account(account("alice")));
    ::umask(before);
    CHECK(mode_of(folder.path() / "one") == 0700);
    CHECK(mode_of(folder.path() / "one" / "two") == 0700);
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(file.string() + "-wal") == 0600);
    CHECK(mode_of(file.string() + ".lock") == 0600);
}

TEST_CASE("a crash while a database was being made leaves nothing in the way", "[storage][open]") {
    TempFolder folder;
    const auto file = folder.path() / "db";
    put(file.string() + ".new", "half a database");
    auto store = opened_sqlite(file);
    CHECK(good(store->count_accounts()) == 0);
    CHECK_FALSE(fs::exists(file.string() + ".new"));
}

TEST_CASE("no name of a file means something else to SQLite", "[storage][open]") {
    TempFolder folder;
    for (auto name : {":memory:", "file:db?mode=memory", "a'b\"c; --", "%00?#"}) {
        good(opened_sqlite(folder.path() / name)->create_account(account("alice")));
        CHECK(fs::is_regular_file(folder.path() / name));
        CHECK(good(opened_sqlite(folder.path() / name)->count_accounts()) == 1);
    }
}
