#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "commands/chat/lines_in.hpp"
#include "io/task_group.hpp"
#include "io/virtual_loop.hpp"

namespace p2pc::commands::chat {
namespace {

asio::awaitable<void> read_all(LinesIn& lines, std::vector<std::string>& got) {
    for (;;) {
        auto line = co_await lines.next();
        if (!line) {
            got.push_back("<" + std::string{public_sentence(line.error().code())} + ">");
            continue;
        }
        if (!line->has_value()) co_return;
        got.push_back(**line);
    }
}

// The lines of an input that is there as a whole.
std::vector<std::string> lines_of(std::string_view input, std::size_t longest) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    REQUIRE(::write(ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
    ::close(ends[1]);
    std::vector<std::string> got;
    {
        base::ManualClock clock;
        io::VirtualLoop loop{clock};
        io::TaskGroup tasks(loop, nullptr);
        LinesIn lines(loop, ends[0], longest);
        tasks.spawn("lines", read_all(lines, got));
        loop.run_until([&] { return tasks.running() == 0; });
    }
    ::close(ends[0]);
    return got;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are cut at their ends, the last one also without", "[commands][chat]") {
    CHECK(lines_of("", 10).empty());
    CHECK(lines_of("\n", 10) == Lines{""});
    CHECK(lines_of("a\n\nb", 10) == Lines{"a", "", "b"});
    CHECK(lines_of("a\r\nb\n", 10) == Lines{"a\r", "b"});
}

TEST_CASE("a line past the limit is dropped whole and the next one is read", "[commands][chat]") {
    const std::string limit = "<over the limit>";
    CHECK(lines_of("123\n1234\n12345\n12\n", 4) == Lines{"123", "1234", limit, "12"});
    CHECK(lines_of(std::string(40'000, 'x') + "\nend", 4) == Lines{limit, "end"});
    CHECK(lines_of(std::string(40'000, 'x'), 4) == Lines{limit});
}

}  // namespace p2pc::commands::chat
