// Several processes on one home, and processes that are killed: real ones, made by fork.
#include <sys/wait.h>
#include <csignal>
#include <functional>

#include "home/pins.hpp"
#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;

namespace {

// Runs `body` in a child, which must not come back from it with an exception; its result is the exit code.
pid_t in_child(const std::function<int()>& body) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(body());
    return child;
}

int status_of(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

struct Pipe {
    int ends[2];
    Pipe() { REQUIRE(::pipe(ends) == 0); }
    ~Pipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void give() { (void)!::write(ends[1], "x", 1); }
    void take() {
        char one;
        REQUIRE(::read(ends[0], &one, 1) == 1);
    }
};

}  // namespace

TEST_CASE("first contacts that two processes make at once are all pinned", "[home][pins][processes]") {
    constexpr int each = 20;
    const TempHome temp;
    REQUIRE(home::LoginStore{temp.paths}.save(alice(), alice_device_key()));
    Pipe ready, go;
    std::vector<pid_t> children;
    for (int who : {0, 1}) {
        std::vector<identity::Pin> met;
        for (int i = 0; i < each; ++i) {
            const std::string name = (who == 0 ? "bob" : "carol") + std::to_string(i);
            met.emplace_back(user(name), founding_key(), public_key_of(50 + i), 1, WallTime{});
        }
        children.push_back(in_child([&] {
            home::Pins pins{temp.paths};
            ready.give();
            char one;
            if (::read(go.ends[0], &one, 1) != 1) return 1;
            for (const auto& pin : met) {
                if (!pins.pin(pin)) return 2;
            }
            return 0;
        }));
    }
    ready.take();
    ready.take();
    go.give();
    go.give();
    for (pid_t child : children)
        CHECK(status_of(child) == 0);
    const auto all = home::Pins{temp.paths}.all();
    REQUIRE(all);
    CHECK(all->size() == 2 * each);
}

TEST_CASE("two processes that pin different keys for one user cannot both succeed",
          "[home][pins][processes]") {
    const TempHome temp;
    REQUIRE(home::LoginStore{temp.paths}.save(alice(), alice_device_key()));
    const identity::Pin pins[] = {{user("bob"), founding_key(), public_key_of(3), 1, WallTime{}},
                                  {user("bob"), founding_key(), public_key_of(4), 1, WallTime{}}};
    std::vector<pid_t> children;
    for (const auto& pin : pins) {
        children.push_back(in_child([&] {
            const auto pinned = home::Pins{temp.paths}.pin(pin);
            return pinned ? 0 : pinned.error().code() == Errc::identity ? 9 : 1;
        }));
    }
    std::vector<int> codes;
    for (pid_t child : children)
        codes.push_back(WEXITSTATUS(status_of(child)));
    std::sort(codes.begin(), codes.end());
    CHECK(codes == std::vector<int>{0, 9});
    CHECK(home::Pins{temp.paths}.all()->size() == 1);
}

TEST_CASE("a process killed while it writes leaves a whole file and no lock",
          "[home][state_file][processes]") {
    const TempHome temp;
    const home::StateFile file{temp.folder.path() / "big", "big"};
    const auto content = [](char letter) {
        std::vector<home::Record> records;
        records.emplace_back("thing");
        records[0].text("text", std::string(300'000, letter));
        return records;
    };
    const auto write = [&](const std::vector<home::Record>& records) {
        auto held = home::HomeLock::take(temp.paths);
        return held && file.write(*held, records);
    };
    REQUIRE(write(content('a')));
    for (int round = 0; round < 10; ++round) {
        Pipe written;
        const pid_t child = in_child([&] {
            const auto a = content('a'), b = content('b');
            for (;;) {
                if (!write(a) || !write(b)) return 1;
                written.give();
            }
        });
        // Dies anywhere in its third write, or later.
        written.take();
        REQUIRE(::kill(child, SIGKILL) == 0);
        CHECK(WIFSIGNALED(status_of(child)));
        const auto records = file.read();
        REQUIRE(records);
        const auto text = *records->front().text("text");
        CHECK(text.size() == 300'000);
        CHECK(text.find_first_not_of(text[0]) == std::string_view::npos);
        REQUIRE(write(content('a')));
    }
}
