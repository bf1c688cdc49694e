#include "home/placed.hpp"

#include "unit/home/fixtures.hpp"

using namespace p2pc;
using home::Placed;

namespace {

model::SessionId session(unsigned char first) {
    ByteArray<16> bytes{};
    bytes[0] = static_cast<std::byte>(first);
    return model::SessionId{bytes};
}

constexpr std::int64_t day = 24 * 60 * 60;

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

TEST_CASE("another process finds what was placed, until the session ended in order", "[home][placed]") {
    const test::TempHome home;
    const auto& paths = home.paths;
    Placed one{paths, session(1), now()};
    one.add("key", "/some/where\n else");
    CHECK(one.find("key") == "/some/where\n else");
    CHECK(Placed(paths, session(2), now()).find("key") == "/some/where\n else");
    CHECK_FALSE(Placed(paths, session(2), now()).find("other"));
    one.settled();
    CHECK_FALSE(Placed(paths, session(2), now()).find("key"));
    CHECK_FALSE(std::filesystem::exists(paths.placed_folder()));
}

TEST_CASE("after a day nothing is remembered", "[home][placed]") {
    const test::TempHome home;
    const auto& paths = home.paths;
    Placed one{paths, session(1), now()};
    one.add("key", "/path");
    CHECK(Placed(paths, session(2), now() + day - 60).find("key"));
    CHECK_FALSE(Placed(paths, session(2), now() + day + 60).find("key"));
    CHECK(std::filesystem::is_empty(paths.placed_folder()));
}

TEST_CASE("a line that a crash cut, noise, and a file that others can read count as nothing",
          "[home][placed]") {
    const test::TempHome home;
    const auto& paths = home.paths;
    Placed one{paths, session(1), now()};
    one.add("key", "/path");
    for (const auto& entry : std::filesystem::directory_iterator(paths.placed_folder())) {
        std::ofstream(entry.path(), std::ios::app) << "noise\nodd 0\ncut 2f";
    }
    const Placed later{paths, session(2), now()};
    CHECK(later.find("key"));
    CHECK_FALSE(later.find("cut"));
    CHECK_FALSE(later.find("odd"));
    for (const auto& entry : std::filesystem::directory_iterator(paths.placed_folder()))
        std::filesystem::permissions(entry.path(), std::filesystem::perms(0644));
    CHECK_FALSE(Placed(paths, session(2), now()).find("key"));
}
