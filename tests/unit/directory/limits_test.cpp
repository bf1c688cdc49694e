// What an operator may set, its bounds, and the page that tells of it.
#include "directory/limits.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

using namespace p2pc;
using namespace p2pc::directory;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> rows_of_page() {
    std::ifstream page{P2PC_CLI_PAGE};
    REQUIRE(page);
    std::vector<std::string> rows;
    std::string line;
    while (std::getline(page, line) && !line.starts_with("| limit |")) {
    }
    std::getline(page, line);
    while (std::getline(page, line) && line.starts_with("|"))
        rows.push_back(line);
    return rows;
}

std::string text(const Limit& limit, std::uint64_t value) {
    return limit_text(limit, value);
}

}  // namespace

TEST_CASE("docs/cli.md has a row for each limit, with its default and its bounds", "[directory][limits]") {
    std::vector<std::string> expected;
    for (const auto& limit : all_limits()) {
        expected.push_back(fmt::format("| `{}` | {} | {} | {} | {} |", limit.name,
                                       text(limit, limit.get(ServerLimits{})), text(limit, limit.least),
                                       text(limit, limit.most), limit.what));
    }
    CHECK(rows_of_page() == expected);
}

TEST_CASE("a limit takes its lowest and its highest value, and nothing beyond", "[directory][limits]") {
    for (const auto& limit : all_limits()) {
        INFO(limit.name);
        ServerLimits limits;
        const auto by_default = limit.get(limits);
        CHECK(limit.least <= by_default);
        CHECK(by_default <= limit.most);
        const bool a_span = limit.unit == Limit::Unit::duration;
        const auto exactly = [&](std::uint64_t value) {
            return fmt::format("{}{}", value, a_span ? "ms" : "");
        };
        for (const auto value : {limit.least, limit.most}) {
            CHECK(set_limit(limits, limit.name, exactly(value)));
            CHECK(limit.get(limits) == value);
            CHECK(set_limit(limits, limit.name, text(limit, value)));
            CHECK(limit.get(limits) == value);
        }
        for (const auto value : {limit.least - 1, limit.most + 1}) {
            const auto refused = set_limit(limits, limit.name, exactly(value));
            REQUIRE(!refused);
            CHECK(refused.error().code() == Errc::usage);
            CHECK(limit.get(limits) == limit.most);
        }
    }
}

TEST_CASE("no limit but the windows of a day can be 0, and each is one of its own", "[directory][limits]") {
    std::set<std::string_view> names;
    for (const auto& limit : all_limits()) {
        CHECK(names.insert(limit.name).second);
        CHECK((limit.least > 0 || limit.name == "windows"));
        // Setting one leaves the others as they are.
        ServerLimits limits;
        limit.set(limits, limit.most);
        for (const auto& other : all_limits()) {
            if (other.name != limit.name) CHECK(other.get(limits) == other.get(ServerLimits{}));
        }
    }
}

TEST_CASE("a refused limit is named with its bounds", "[directory][limits]") {
    ServerLimits limits;
    const auto why = [&](std::string_view name, std::string_view value) {
        const auto set = set_limit(limits, name, value);
        return set ? std::string{"taken"} : set.error().detail();
    };
    CHECK(why("login-time", "1h") == "login-time=1h is out of bounds (from 2s to 1m)");
    CHECK(why("client-queue", "1") == "client-queue=1 is out of bounds (from 128K to 64M)");
    CHECK(why("requests", "many") == "requests: 'many' is no number");
    CHECK(why("requests", "") == "requests: '' is no number");
    CHECK(why("requests", "-1") == "requests: '-1' is no number");
    CHECK(why("requests", "99999999999999999999") == "requests: '99999999999999999999' is no number");
    CHECK(why("bogus", "1") == "no limit is called 'bogus'");
    CHECK(why("failure-delay", "100ms") == "taken");
    CHECK(limits.failures.first == 100ms);
    CHECK(why("client-queue", "1M") == "taken");
    CHECK(limits.client_queue == 1024 * 1024);
}

TEST_CASE("limits that do not fit each other are refused together", "[directory][limits]") {
    CHECK(check_limits(ServerLimits{}));
    ServerLimits limits;
    SECTION("a first block that is the longest is one") {
        limits.block.first = limits.block.longest;
        CHECK(check_limits(limits));
        limits.block.first += 1ms;
        CHECK_FALSE(check_limits(limits));
    }
    SECTION("a delay that outlasts the login") {
        limits.failures.longest = limits.login_time - 1ms;
        CHECK(check_limits(limits));
        limits.failures.longest = limits.login_time;
        CHECK_FALSE(check_limits(limits));
    }
    SECTION("a first delay that is longer than the longest") {
        limits.failures.first = limits.failures.longest + 1ms;
        CHECK_FALSE(check_limits(limits));
    }
}
