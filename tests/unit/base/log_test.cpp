#include "base/log.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace p2pc::base;

namespace {

class HeldLog final : public Log {
  public:
    HeldLog(LogLevel level, const Clock& clock) : Log(level, -1, clock) {}
    const std::vector<std::string>& lines() const { return lines_; }

  protected:
    void emit(std::string_view line) const override { lines_.emplace_back(line); }

  private:
    mutable std::vector<std::string> lines_;
};

}  // namespace

TEST_CASE("an event is one line of time, level, event and fields", "[base][log]") {
    ManualClock clock;
    clock.set_wall({});
    HeldLog log{LogLevel::info, clock};
    log.info("accepted", {{"user", "alice"}, {"port", 4711}});
    REQUIRE(log.lines().size() == 1);
    CHECK(log.lines()[0] == "1970-01-01T00:00:00.000Z info accepted user=alice port=4711\n");
}

TEST_CASE("no value breaks the line or looks like another field", "[base][log]") {
    ManualClock clock;
    HeldLog log{LogLevel::debug, clock};
    const auto logged = [&](std::string_view value) {
        log.debug("e", {{"k", value}});
        const auto& line = log.lines().back();
        return line.substr(line.find("k="));
    };
    CHECK(logged("") == "k=\"\"\n");
    CHECK(logged("a b") == "k=\"a b\"\n");
    CHECK(logged("x user=root") == "k=\"x user=root\"\n");
    CHECK(logged("a\"b\\") == "k=\"a\\\"b\\\\\"\n");
    CHECK(logged("a\nb\x1b[31m\x7f") == "k=a\\x0ab\\x1b[31m\\x7f\n");
    CHECK(logged("é\u202e") == "k=\\xc3\\xa9\\xe2\\x80\\xae\n");
    for (int byte = 0; byte < 256; ++byte) {
        const auto line = logged(std::string(1, static_cast<char>(byte)));
        for (unsigned char c : line.substr(0, line.size() - 1)) {
            if (c < 0x20 || c >= 0x7f) FAIL("byte " << byte);
        }
    }
}

TEST_CASE("events below the level are not written, and off writes none", "[base][log]") {
    ManualClock clock;
    HeldLog log{LogLevel::warning, clock};
    log.debug("a");
    log.info("b");
    log.warning("c");
    log.error("d");
    CHECK(log.lines().size() == 2);
    HeldLog silent{LogLevel::off, clock};
    silent.error("e");
    CHECK(silent.lines().empty());
}

TEST_CASE("levels are parsed by their names alone", "[base][log]") {
    LogLevel level{};
    for (const auto& [text, expected] :
         {std::pair{"debug", LogLevel::debug}, std::pair{"info", LogLevel::info},
          std::pair{"warning", LogLevel::warning}, std::pair{"error", LogLevel::error},
          std::pair{"off", LogLevel::off}}) {
        REQUIRE(parse_log_level(text, level));
        CHECK(level == expected);
    }
    for (const char* text : {"", "Info", "warn", "trace", "off "})
        CHECK_FALSE(parse_log_level(text, level));
}
