#include "home/paths.hpp"
#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::HomeEnvironment;
using home::HomePaths;

TEST_CASE("the flag wins over P2PC_HOME, and that over the XDG folders", "[home][paths]") {
    HomeEnvironment environment;
    environment.p2pc_home = "/p";
    environment.user_home = "/u";
    CHECK(HomePaths::resolve("/f", environment)->login_file() == "/f/login");
    CHECK(HomePaths::resolve("/f/", environment)->login_file() == "/f/login");
    CHECK(HomePaths::resolve(std::nullopt, environment)->login_file() == "/p/login");
    CHECK(HomePaths::resolve(std::nullopt, environment)->config_file() == "/p/config.toml");
    CHECK(HomePaths::resolve(std::nullopt, environment)->database_file() == "/p/server.db");
    CHECK(HomePaths::resolve("relative", environment)->login_file().is_absolute());
    CHECK(code_of(HomePaths::resolve("", environment)) == Errc::usage);
}

TEST_CASE("without a folder of its own a home is in the XDG folders", "[home][paths]") {
    HomeEnvironment environment;
    environment.user_home = "/u";
    environment.xdg_state = "/s";
    environment.xdg_data = "not/absolute";
    const auto paths = HomePaths::resolve(std::nullopt, environment);
    REQUIRE(paths);
    CHECK(paths->config_file() == "/u/.config/p2pc/config.toml");
    CHECK(paths->database_file() == "/s/p2pc/server.db");
    CHECK(paths->pins_file() == "/u/.local/share/p2pc/pins");
    CHECK(code_of(HomePaths::resolve(std::nullopt, {})) == Errc::usage);
}

TEST_CASE("missing folders are made for their owner alone", "[home][paths]") {
    const TempFolder temp;
    HomeEnvironment environment;
    environment.user_home = temp.path();
    const auto paths = HomePaths::resolve(std::nullopt, environment);
    REQUIRE(paths);
    REQUIRE(paths->make());
    REQUIRE(paths->make());
    CHECK(mode_of(temp.path() / ".config" / "p2pc") == 0700);
    CHECK(mode_of(temp.path() / ".local" / "state" / "p2pc") == 0700);
    CHECK(mode_of(temp.path() / ".local" / "share" / "p2pc") == 0700);
}

TEST_CASE("a folder that others may write to is no home", "[home][paths]") {
    const TempFolder temp;
    const auto paths = HomePaths::resolve(temp.path().string(), {});
    REQUIRE(paths);
    for (mode_t mode : {0720, 0702, 0777, 01777}) {
        REQUIRE(::chmod(temp.path().c_str(), mode) == 0);
        CAPTURE(mode);
        CHECK(code_of(paths->make()) == Errc::local_io);
        CHECK(mode_of(temp.path()) == mode);
    }
    REQUIRE(::chmod(temp.path().c_str(), 0755) == 0);
    CHECK(paths->make());
}

TEST_CASE("a file where a home should be is an error", "[home][paths]") {
    const TempFolder temp;
    put(temp.path() / "file", "x");
    CHECK(code_of(HomePaths::resolve((temp.path() / "file").string(), {})->make()) == Errc::local_io);
    CHECK(code_of(HomePaths::resolve((temp.path() / "file" / "sub").string(), {})->make()) == Errc::local_io);
}
