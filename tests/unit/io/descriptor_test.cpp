#include "io/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "world.hpp"

namespace p2pc::io::testing {
namespace {

class Pipe {
  public:
    Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0); }
    ~Pipe() {
        ::close(ends_[0]);
        close();
    }
    int out() const { return ends_[0]; }
    void write(std::string_view text) {
        REQUIRE(::write(ends_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void close() {
        if (ends_[1] != -1) ::close(std::exchange(ends_[1], -1));
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

asio::awaitable<void> read_to_end(Descriptor& input, Deadline by, std::vector<std::string>& log) {
    std::array<std::byte, 4> piece;
    for (;;) {
        auto got = co_await input.read_some(piece, by);
        if (!got) {
            log.emplace_back(public_sentence(got.error().code()));
            co_return;
        }
        log.emplace_back(as_text(BytesView{piece}.first(*got)));
        if (*got == 0) co_return;
    }
}

}  // namespace

TEST_CASE("a descriptor gives what is there, piece by piece, and then its end", "[io][descriptor]") {
    World world;
    Pipe pipe;
    Descriptor input(world.loop, pipe.out());
    std::vector<std::string> log;
    world.tasks.spawn("read", read_to_end(input, never, log));
    world.settle();
    CHECK(log.empty());
    pipe.write("abcdef");
    REQUIRE(world.until([&] { return log.size() == 2; }));
    pipe.write("g");
    pipe.close();
    REQUIRE(world.until([&] { return log.size() == 4; }));
    CHECK(log == std::vector<std::string>{"abcd", "ef", "g", ""});
}

TEST_CASE("a regular file, which no loop can wait for, is read as well", "[io][descriptor]") {
    World world;
    char name[] = "/tmp/p2pc-descriptor-XXXXXX";
    const int fd = ::mkstemp(name);
    REQUIRE(fd >= 0);
    ::unlink(name);
    REQUIRE(::write(fd, "12345", 5) == 5);
    REQUIRE(::lseek(fd, 0, SEEK_SET) == 0);
    std::vector<std::string> log;
    {
        Descriptor input(world.loop, fd);
        world.run(read_to_end(input, never, log));
    }
    CHECK(log == std::vector<std::string>{"1234", "5", ""});
    CHECK(::fcntl(fd, F_GETFD) != -1);
    ::close(fd);
}

TEST_CASE("a read gives up at its deadline and leaves the descriptor's flags alone", "[io][descriptor]") {
    World world;
    Pipe pipe;
    const int flags = ::fcntl(pipe.out(), F_GETFL);
    Descriptor input(world.loop, pipe.out());
    std::vector<std::string> log;
    world.run(read_to_end(input, world.loop.now() + 3s, log));
    CHECK(log == std::vector<std::string>{"timed out"});
    CHECK(::fcntl(pipe.out(), F_GETFL) == flags);
}

TEST_CASE("a reader whose descriptor object dies is told", "[io][descriptor]") {
    World world;
    Pipe pipe;
    std::vector<std::string> log;
    auto input = std::make_unique<Descriptor>(world.loop, pipe.out());
    world.tasks.spawn("read", read_to_end(*input, never, log));
    world.settle();
    input.reset();
    world.settle();
    CHECK(log == std::vector<std::string>{"the connection was closed"});
}

}  // namespace p2pc::io::testing
