// The output folder under attack: prepared partial folders, races, other processes, death.
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const std::string partials = OutputFolder::partial_folder;

struct Race {
    std::atomic<bool> over = false;
    std::thread thread;
    template <class Step>
    explicit Race(Step step) {
        thread = std::thread{[this, step] {
            while (!over)
                step();
        }};
    }
    ~Race() {
        over = true;
        thread.join();
    }
};

}  // namespace

TEST_CASE("a partial folder that is a symlink, a file or open to others is refused and untouched",
          "[transfer][folder]") {
    const auto how = GENERATE(Resolve::kernel, Resolve::walk);
    TempFolder outside;
    TempFolder to;
    const auto path = to / partials;
    SECTION("a symlink to a folder of ours") {
        fs::create_symlink(outside.str(), path);
    }
    SECTION("a symlink to nothing") {
        fs::create_symlink(outside / "new", path);
    }
    SECTION("a file") {
        write_file(path, {});
    }
    SECTION("readable by the group") {
        REQUIRE(::mkdir(path.c_str(), 0700) == 0);
        REQUIRE(::chmod(path.c_str(), 0750) == 0);
    }
    CHECK(code_of(folder_at(to.str(), how)->create_partial(key(), std::nullopt)) == Errc::local_io);
    CHECK(outside.names().empty());
    CHECK(to.names() == std::vector<std::string>{partials});
}

TEST_CASE("a partial folder prepared by another user is refused", "[transfer][folder]") {
    if (::geteuid() != 0) {
        WARN("skipped: needs root to give a folder away");
        return;
    }
    TempFolder to;
    REQUIRE(::mkdir((to / partials).c_str(), 0700) == 0);
    REQUIRE(::chown((to / partials).c_str(), 12345, 12345) == 0);
    const auto made = folder_at(to.str())->create_partial(key(), std::nullopt);
    REQUIRE(code_of(made) == Errc::local_io);
    CHECK(made.error().detail().find("prepared by another user") != std::string::npos);
    CHECK(TempFolder::names_in(to / partials).empty());
}

TEST_CASE("a partial is private, and a planted symlink of its name is not followed", "[transfer][folder]") {
    const auto how = GENERATE(Resolve::kernel, Resolve::walk);
    TempFolder outside;
    TempFolder to;
    const auto folder = folder_at(to.str(), how);
    {
        auto partial = folder->create_partial(key(), ByteCount{3});
        REQUIRE(partial);
        struct stat found {};
        REQUIRE(::stat((to / (partials + "/" + partial->name())).c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0600);
        REQUIRE(::stat((to / partials).c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0700);
    }
    CHECK(to.names().empty());
    REQUIRE(::mkdir((to / partials).c_str(), 0700) == 0);
    fs::create_symlink(outside / "target", to / (partials + "/" + key().file_name()));
    CHECK(code_of(folder->create_partial(key(), ByteCount{3})) == Errc::local_io);
    CHECK(outside.names().empty());
}

TEST_CASE("components that could leave the folder never reach the kernel", "[transfer][folder]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    write_file(to / "inner", {});
    for (const std::string name : {"", ".", "..", "a/b", "../x", "/etc/passwd"}) {
        CAPTURE(name);
        CHECK_FALSE(folder->held().create(name));
        CHECK_FALSE(folder->held().open_file(name));
        CHECK_FALSE(folder->held().private_folder(name));
        CHECK_FALSE(folder->held().remove(name));
        CHECK_FALSE(folder->held().move("inner", folder->held(), name));
    }
    CHECK(to.names() == std::vector<std::string>{"inner"});
}

TEST_CASE("a file is moved into place and never over another, in both ways of resolving",
          "[transfer][folder]") {
    const auto how = GENERATE(Resolve::kernel, Resolve::walk);
    TempFolder to;
    write_file(to / "a", content(1));
    write_file(to / "b", content(2));
    const auto folder = folder_at(to.str(), how);
    const auto over = folder->held().move("a", folder->held(), "b");
    REQUIRE(over);
    CHECK_FALSE(*over);
    CHECK(*folder->held().move("a", folder->held(), "c"));
    CHECK(read_file(to / "b") == content(2));
    CHECK(read_file(to / "c") == content(1));
}

TEST_CASE("a FIFO or a folder in the way of a partial is refused without waiting", "[transfer][folder]") {
    TempFolder to;
    REQUIRE(::mkdir((to / partials).c_str(), 0700) == 0);
    REQUIRE(::mkfifo((to / (partials + "/" + key().file_name())).c_str(), 0600) == 0);
    CHECK(code_of(folder_at(to.str())->create_partial(key(), std::nullopt)) == Errc::local_io);
}

TEST_CASE("a partial that a dead process left is replaced, and its hard link is not touched",
          "[transfer][folder]") {
    TempFolder to;
    REQUIRE(::mkdir((to / partials).c_str(), 0700) == 0);
    // What is left where a move was made by link and unlink, and the process died in between.
    write_file(to / "final", content(9));
    fs::create_hard_link(to / "final", to / (partials + "/" + key().file_name()));
    CHECK(*deliver_into(to.str(), file_entry("final", 4), content(4))->path() == to / "final (2)");
    CHECK(read_file(to / "final") == content(9));
    CHECK(to.names() == std::vector<std::string>{"final", "final (2)"});
}

TEST_CASE("two receives under one key at once become two files", "[transfer][folder]") {
    TempFolder to;
    Incoming one{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
    Incoming two{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
    REQUIRE(one.begin(file_entry("a", 10), keyed()));
    REQUIRE(one.data(content(10, 1)));
    REQUIRE(deliver(two, file_entry("a", 10), content(10, 2)));
    REQUIRE(one.end(ItemEnd{ByteCount{10}, digest_of(content(10, 1))}));
    CHECK(read_file(to / "a") == content(10, 2));
    CHECK(read_file(to / "a (2)") == content(10, 1));
    CHECK(to.names().size() == 2);
}

TEST_CASE("many receives of one name from several threads all end whole", "[transfer][folder]") {
    TempFolder to{fast_parent()};
    constexpr unsigned threads = 4;
    constexpr unsigned each = 100;
    std::atomic<unsigned> arrived = 0;
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
            for (unsigned i = 0; i < each; ++i) {
                auto folder = OutputFolder::open(to.str(), Missing::refuse);
                if (!folder) continue;
                Incoming incoming{make_folder_output(std::move(*folder), AnyNames::no), ReceivePolicy{}};
                const auto size = 1 + t * each + i;
                // Every second key is shared between the threads.
                const auto under = key(i % 2 == 0 ? i : t * 1000 + i);
                arrived += deliver(incoming, file_entry("same", size), content(size, size), under).ok();
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    CHECK(arrived == threads * each);
    const auto names = to.names();
    REQUIRE(names.size() == threads * each);
    std::vector<bool> seen(threads * each + 1);
    for (const auto& name : names) {
        const auto bytes = read_file(to / name);
        REQUIRE(bytes.size() >= 1);
        REQUIRE(bytes.size() <= threads * each);
        CHECK(bytes == content(bytes.size(), static_cast<unsigned>(bytes.size())));
        CHECK_FALSE(seen[bytes.size()]);
        seen[bytes.size()] = true;
    }
}

TEST_CASE("a symlink flipper racing 1,000 receives gets nothing written outside", "[transfer][folder]") {
    const auto how = GENERATE(Resolve::kernel, Resolve::walk);
    TempFolder outside{fast_parent()};
    TempFolder to{fast_parent()};
    const auto path = to / partials;
    const auto aside = to / "aside";
    const auto final_name = to / "f";
    const auto target = outside / "written";
    // A folder's time changes whenever something is made in it, also what is gone again at the end.
    const auto untouched = fs::last_write_time(outside.str());
    unsigned arrived = 0;
    {
        Race flipper{[&] {
            ::rename(path.c_str(), aside.c_str());
            if (::symlink(outside.str().c_str(), path.c_str()) == 0) ::unlink(path.c_str());
            ::rename(aside.c_str(), path.c_str());
            if (::symlink(target.c_str(), final_name.c_str()) == 0) ::unlink(final_name.c_str());
        }};
        const auto folder = folder_at(to.str(), how);
        for (unsigned i = 0; i < 1000; ++i) {
            Incoming incoming{make_folder_output(folder, AnyNames::no), ReceivePolicy{}};
            const auto item = deliver(incoming, file_entry("f", 100), content(100, i), key(i));
            if (!item) continue;
            ++arrived;
            if (*item->path() != final_name) CHECK(read_file(*item->path()) == content(100, i));
        }
    }
    CAPTURE(arrived);
    CHECK(outside.names().empty());
    CHECK(fs::last_write_time(outside.str()) == untouched);
    CHECK(arrived > 0);
}

TEST_CASE("kill -9 in the middle leaves no final file, a private partial, and no lock",
          "[transfer][folder]") {
    TempFolder to;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto folder = OutputFolder::open(to.str(), Missing::refuse);
        if (!folder) ::_exit(1);
        Incoming incoming{make_folder_output(std::move(*folder), AnyNames::no), ReceivePolicy{}};
        if (!incoming.begin(file_entry("a", 5'000'000), keyed())) ::_exit(1);
        if (!incoming.data(content(3'000'000))) ::_exit(1);
        if (::write(ready[1], "x", 1) != 1) ::_exit(1);
        while (true)
            ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(to.names() == std::vector<std::string>{partials});
    CHECK(read_file(to / (partials + "/" + key().file_name())) == content(3'000'000));
    CHECK(deliver_into(to.str(), file_entry("a", 5'000'000), content(5'000'000)));
    CHECK(to.names() == std::vector<std::string>{"a"});
}
