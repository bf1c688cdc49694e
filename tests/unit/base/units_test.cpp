#include "base/units.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::base;
using namespace std::chrono_literals;

namespace {

void refused(const Result<Duration>& result, std::string_view text) {
    INFO(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == Errc::usage);
}
void refused(const Result<ByteCount>& result, std::string_view text) {
    INFO(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == Errc::usage);
}

}  // namespace

TEST_CASE("a duration sums its units and bare is seconds", "[base][units]") {
    const std::pair<std::string_view, Duration> good[] = {{"0", 0s},
                                                          {"90", 90s},
                                                          {"1ms", 1ms},
                                                          {"1s", 1s},
                                                          {"1m", 1min},
                                                          {"1h", 1h},
                                                          {"1d", 24h},
                                                          {"1h30m", 90min},
                                                          {"1m500ms", 60500ms},
                                                          {"30m1h", 90min},
                                                          {"1s1s", 2s},
                                                          {"007s", 7s},
                                                          {"2d3h4m5s6ms", 51h + 4min + 5s + 6ms},
                                                          {"106751d", 24h * 106751},
                                                          {"9223372036s", 9223372036s}};
    for (const auto& [text, span] : good) {
        INFO(text);
        const auto parsed = parse_duration(text);
        REQUIRE(parsed);
        CHECK(*parsed == span);
    }
}

TEST_CASE("what is not a duration is a usage error", "[base][units]") {
    for (std::string_view text : {"",
                                  " ",
                                  "s",
                                  "m1",
                                  "-1",
                                  "+1",
                                  "-1s",
                                  "1.5h",
                                  "1 h",
                                  " 1h",
                                  "1h ",
                                  "1h30",
                                  "30 ",
                                  "1H",
                                  "1S",
                                  "1w",
                                  "1us",
                                  "1min",
                                  "1hh",
                                  "0x10",
                                  "1e3",
                                  "1h-1m",
                                  "1,5h",
                                  "106752d",
                                  "9223372037",
                                  "9223372036855775ms",
                                  "18446744073709551615s",
                                  "18446744073709551616",
                                  "99999999999999999999",
                                  "100000d100000d",
                                  "１s"}) {
        refused(parse_duration(text), text);
    }
}

TEST_CASE("a size counts in 1024 with K and in 1000 with kB", "[base][units]") {
    const std::pair<std::string_view, std::uint64_t> good[] = {
        {"0", 0},
        {"1", 1},
        {"1023", 1023},
        {"1K", 1024},
        {"1kB", 1000},
        {"1M", 1048576},
        {"1MB", 1000000},
        {"1G", 1073741824},
        {"1GB", 1000000000},
        {"1T", 1099511627776},
        {"1TB", 1000000000000},
        {"64K", 65536},
        {"18446744073709551615", 18446744073709551615ULL},
        {"16777215T", 16777215ULL << 40}};
    for (const auto& [text, bytes] : good) {
        INFO(text);
        const auto parsed = parse_size(text);
        REQUIRE(parsed);
        CHECK(parsed->value() == bytes);
    }
}

TEST_CASE("what is not a size is a usage error", "[base][units]") {
    for (std::string_view text : {"",
                                  " ",
                                  "K",
                                  "kB",
                                  "-1",
                                  "+1",
                                  "-1K",
                                  "1.5M",
                                  "1 K",
                                  " 1",
                                  "1 ",
                                  "1k",
                                  "1KB",
                                  "1Kb",
                                  "1m",
                                  "1mb",
                                  "1B",
                                  "1KiB",
                                  "1KK",
                                  "1K1K",
                                  "0x10",
                                  "1e3",
                                  "1P",
                                  "16777216T",
                                  "18446744073709551616",
                                  "18446744073709552kBB",
                                  "18446745TB",
                                  "99999999999999999999"}) {
        refused(parse_size(text), text);
    }
}

TEST_CASE("the refusal quotes the text without its control characters", "[base][units]") {
    const auto parsed = parse_size("1\x1b[31m");
    REQUIRE_FALSE(parsed);
    CHECK_THAT(parsed.error().detail(), Catch::Contains("'1\\x1b[31m'"));
    CHECK(parse_size(std::string(100'000, '9')).error().detail().size() < 300);
}

TEST_CASE("sizes are shown with the unit that keeps them short", "[base][units]") {
    const std::pair<std::uint64_t, std::string_view> shown[] = {{0, "0 B"},
                                                                {1, "1 B"},
                                                                {1023, "1023 B"},
                                                                {1024, "1.0 KiB"},
                                                                {1536, "1.5 KiB"},
                                                                {100 * 1024, "100 KiB"},
                                                                {1024 * 1024 - 1, "1.0 MiB"},
                                                                {1024 * 1024, "1.0 MiB"},
                                                                {5ULL << 30, "5.0 GiB"},
                                                                {1ULL << 40, "1.0 TiB"},
                                                                {18446744073709551615ULL, "16.0 EiB"}};
    for (const auto& [bytes, text] : shown)
        CHECK(format_size(ByteCount{bytes}) == text);
    CHECK(format_rate(ByteCount{2048}) == "2.0 KiB/s");
    for (std::uint64_t bytes = 1; bytes != 0; bytes <<= 1) {
        CHECK(format_size(ByteCount{bytes}).size() <= 8);
        CHECK(format_size(ByteCount{bytes - 1}).size() <= 8);
    }
}

TEST_CASE("durations are shown by their two largest units", "[base][units]") {
    CHECK(format_duration(0s) == "0s");
    CHECK(format_duration(-5s) == "0s");
    CHECK(format_duration(999us) == "0s");
    CHECK(format_duration(999ms) == "999ms");
    CHECK(format_duration(1s) == "1s");
    CHECK(format_duration(59999ms) == "59s");
    CHECK(format_duration(65s) == "1m05s");
    CHECK(format_duration(3599s) == "59m59s");
    CHECK(format_duration(2h + 3min + 59s) == "2h03m");
    CHECK(format_duration(76h) == "3d04h");
}
