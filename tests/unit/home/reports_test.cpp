#include "home/reports.hpp"

#include "unit/home/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using home::Report;
using home::Reports;

namespace {

model::SessionId session(std::uint64_t number) {
    crypto::SeededRandom random{number};
    return model::SessionId{random.array<16>()};
}

Report report(std::uint64_t number, std::uint64_t bytes = 5) {
    return {session(number),
            device_id(1),
            model::EndReason::lost,
            ByteCount{bytes},
            ByteCount{~0ull},
            "direct",
            WallTime{std::chrono::milliseconds{1'700'000'000'001}}};
}

struct Fixture {
    TempHome temp;
    Reports reports{temp.paths};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "reports wait in their order until they are delivered", "[home][reports]") {
    CHECK(reports.pending()->empty());
    for (std::uint64_t i : {1, 2, 3})
        REQUIRE(reports.add(report(i)));
    CHECK(*Reports{temp.paths}.pending() == std::vector<Report>{report(1), report(2), report(3)});
    REQUIRE(reports.remove(session(2), device_id(1)));
    REQUIRE(reports.remove(session(3), device_id(9)));
    REQUIRE(reports.remove(session(4), device_id(1)));
    CHECK(*reports.pending() == std::vector<Report>{report(1), report(3)});
}

TEST_CASE_METHOD(Fixture, "a session has one report of a device", "[home][reports]") {
    REQUIRE(reports.add(report(1, 5)));
    REQUIRE(reports.add(report(1, 6)));
    CHECK(*reports.pending() == std::vector<Report>{report(1, 6)});
}

TEST_CASE_METHOD(Fixture, "of more reports than the limit the oldest go", "[home][reports]") {
    {
        // The thousand are written at once: a sync for each would take its time.
        std::vector<home::Record> records;
        for (std::uint64_t i = 0; i < home::max_reports; ++i) {
            home::Record record{"report"};
            record.bytes("session", session(i).view()).bytes("device_id", device_id(1).view());
            record.text("reason", "lost")
                .number("bytes_in", 5)
                .number("bytes_out", ~0ull)
                .text("path", "direct");
            record.time("ended", report(i).ended);
            records.push_back(std::move(record));
        }
        auto held = home::HomeLock::take(temp.paths);
        REQUIRE(held);
        REQUIRE(home::StateFile{temp.paths.reports_file(), "reports"}.write(*held, records));
    }
    CHECK(reports.pending()->size() == home::max_reports);
    REQUIRE(reports.add(report(home::max_reports)));
    const auto pending = reports.pending();
    CHECK(pending->size() == home::max_reports);
    CHECK(pending->front() == report(1));
    CHECK(pending->back() == report(home::max_reports));
}

TEST_CASE_METHOD(Fixture, "damaged reports are an error and stay", "[home][reports]") {
    REQUIRE(reports.add(report(1)));
    check_damage_is_noticed(temp.paths.reports_file(), [&] { return code_of(reports.pending()); });
    check_damage_is_noticed(temp.paths.reports_file(), [&] { return code_of(reports.add(report(2))); });
}
