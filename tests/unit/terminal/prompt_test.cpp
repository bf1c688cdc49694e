#include "terminal/prompt.hpp"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <optional>

#include "terminal/raw_mode.hpp"

using namespace p2pc;
using namespace p2pc::terminal;

namespace {

// A pseudo-terminal: the test types at `master`, the code under test asks at `fds()`.
class Pty {
  public:
    Pty() {
        if (::openpty(&master_, &slave_, nullptr, nullptr, nullptr) != 0) std::abort();
    }
    ~Pty() {
        ::close(master_);
        ::close(slave_);
    }
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;

    int slave() const { return slave_; }
    PromptFds fds() const { return {slave_, slave_}; }
    void type(std::string_view text) const { REQUIRE(::write(master_, text.data(), text.size()) > 0); }
    termios settings() const {
        termios now{};
        REQUIRE(::tcgetattr(slave_, &now) == 0);
        return now;
    }
    bool echoes() const { return (settings().c_lflag & ECHO) != 0; }
    // All that was shown since the last look.
    std::string seen() const {
        ::fcntl(master_, F_SETFL, O_NONBLOCK);
        std::string text;
        char c = 0;
        while (::read(master_, &c, 1) == 1)
            text.push_back(c);
        return text;
    }
    // Waits for `text` on the screen.
    void wait_for(std::string_view text) const {
        std::string all;
        char c = 0;
        while (all.find(text) == std::string::npos && ::read(master_, &c, 1) == 1)
            all.push_back(c);
    }

  private:
    int master_ = -1, slave_ = -1;
};

}  // namespace

TEST_CASE("a line is the answer, without its end, and what follows it is left", "[terminal][prompt]") {
    const Pty pty;
    pty.type("alice\nbob\n");
    const auto first = prompt_line("user: ", pty.fds());
    REQUIRE(first);
    CHECK(*first == "alice");
    CHECK(*prompt_line("user: ", pty.fds()) == "bob");
    CHECK_THAT(pty.seen(), Catch::Contains("user: "));
}

TEST_CASE("the end of the input and no terminal are nobody to ask", "[terminal][prompt]") {
    const Pty pty;
    pty.type("\x04");
    CHECK(prompt_line("q ", pty.fds()).error().code() == Errc::needs_answer);
    pty.type("\x04");
    CHECK(prompt_password("q ", pty.fds()).error().code() == Errc::needs_answer);
    CHECK(pty.echoes());

    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    CHECK_FALSE(can_ask(pipe[0]));
    CHECK_FALSE(can_ask(-1));
    for (int fd : {pipe[0], -1}) {
        CHECK(prompt_line("q ", {fd, pipe[1]}).error().code() == Errc::needs_answer);
        CHECK(prompt_password("q ", {fd, pipe[1]}).error().code() == Errc::needs_answer);
        CHECK(prompt_choice("q", "yn", {fd, pipe[1]}).error().code() == Errc::needs_answer);
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_CASE("a password is not on the screen and echo is back afterwards", "[terminal][prompt]") {
    const Pty pty;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto password = prompt_password("password: ", pty.fds());
        ::_exit(password && *password == "s3cret" ? 0 : 1);
    }
    pty.wait_for("password: ");
    CHECK_FALSE(pty.echoes());
    pty.type("s3cret\n");
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    CHECK(pty.echoes());
    CHECK_THAT(pty.seen(), !Catch::Contains("s3cret"));
}

TEST_CASE("a signal at the password restores the terminal and ends the process", "[terminal][prompt]") {
    const int number = GENERATE(SIGINT, SIGTERM, SIGHUP);
    const Pty pty;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::signal(number, SIG_DFL);  // not the test runner's own handler
        [[maybe_unused]] const auto password = prompt_password("password: ", pty.fds());
        ::_exit(1);
    }
    pty.wait_for("password: ");
    CHECK_FALSE(pty.echoes());
    ::kill(child, number);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == number));
    CHECK(pty.echoes());
}

TEST_CASE("a choice is asked until it is one", "[terminal][prompt]") {
    const Pty pty;
    pty.type("\nmaybe\nx\nyn\n Y \n");
    const auto answer = prompt_choice("new here?", "yn", pty.fds());
    REQUIRE(answer);
    CHECK(*answer == 'y');
    CHECK_THAT(pty.seen(), Catch::Contains("new here? (y/n) "));
    pty.type("No\n");
    CHECK(*prompt_choice("new here?", "yn", pty.fds()) == 'n');
    pty.type("yes\nd\n");
    CHECK(*prompt_choice("file?", "ad", pty.fds()) == 'd');
}

TEST_CASE("raw mode gives single keys and puts back what was there", "[terminal][raw]") {
    const Pty pty;
    const auto before = pty.settings();
    {
        const auto raw = RawMode::enter(pty.slave(), RawMode::Kind::keys);
        REQUIRE(raw);
        CHECK((pty.settings().c_lflag & (ICANON | ECHO | ISIG)) == 0);
        CHECK((pty.settings().c_oflag & OPOST) == (before.c_oflag & OPOST));
    }
    CHECK(pty.settings().c_lflag == before.c_lflag);
    CHECK(pty.settings().c_iflag == before.c_iflag);
    CHECK(RawMode::enter(-1, RawMode::Kind::keys).error().code() == Errc::needs_answer);
}

TEST_CASE("restore_all puts back every terminal, also one changed twice", "[terminal][raw]") {
    const Pty pty;
    const auto before = pty.settings();
    restore_all();
    std::optional<Result<RawMode>> first{RawMode::enter(pty.slave(), RawMode::Kind::keys)};
    std::optional<Result<RawMode>> second{RawMode::enter(pty.slave(), RawMode::Kind::hidden)};
    REQUIRE((*first && *second));
    restore_all();
    CHECK(pty.settings().c_lflag == before.c_lflag);
    second.reset();
    first.reset();
    CHECK(pty.settings().c_lflag == before.c_lflag);
}

TEST_CASE("slots for terminals are used again", "[terminal][raw]") {
    const Pty pty;
    for (int i = 0; i < 20; ++i)
        REQUIRE(RawMode::enter(pty.slave(), RawMode::Kind::keys));
}
