#include "terminal/progress.hpp"

#include <catch2/catch.hpp>

#include "base/unicode.hpp"
#include "support/captured_writes.hpp"
#include "support/vt.hpp"

using namespace p2pc;
using namespace p2pc::terminal;
using namespace std::chrono_literals;

namespace {

Progress some() {
    Progress p;
    p.name = "report.pdf";
    p.done = ByteCount{5 << 20};
    p.total = ByteCount{10 << 20};
    p.rate = ByteCount{1 << 20};
    p.left = 5s;
    p.file = 2;
    p.files = 5;
    p.path = "direct";
    return p;
}

}  // namespace

TEST_CASE("a wide terminal sees everything about a transfer", "[terminal][progress]") {
    CHECK(format_progress(some(), 120) ==
          "report.pdf   50%  5.0 MiB of 10.0 MiB  1.0 MiB/s  ETA 5s  file 2 of 5  direct");
}

TEST_CASE("a stream has no share and a single file no count", "[terminal][progress]") {
    auto p = some();
    p.total.reset();
    p.left.reset();
    p.files = 1;
    p.path.clear();
    CHECK(format_progress(p, 120) == "report.pdf  5.0 MiB  1.0 MiB/s");
}

TEST_CASE("the line fits every width, and the least important goes first", "[terminal][progress]") {
    auto p = some();
    p.name = "日本語の長い名前 of a very long file name indeed.tar.gz";
    for (unsigned columns = 0; columns < 140; ++columns) {
        INFO(columns);
        CHECK(base::display_width(format_progress(p, columns)) <= columns);
    }
    CHECK_THAT(format_progress(some(), 60), !Catch::Contains("direct"));
    CHECK_THAT(format_progress(some(), 60), Catch::Contains("50%"));
    CHECK(format_progress(some(), 10) == "report.pdf");
    CHECK(format_progress(some(), 8) == "repor...");
}

TEST_CASE("a share is 0 to 100 whatever the numbers are", "[terminal][progress]") {
    auto p = some();
    const auto share = [&p](std::uint64_t done, std::uint64_t total) {
        p.done = ByteCount{done};
        p.total = ByteCount{total};
        return format_progress(p, 120).substr(12, 4);
    };
    CHECK(share(0, 0) == "100%");
    CHECK(share(0, 1) == "  0%");
    CHECK(share(999, 1000) == " 99%");
    CHECK(share(1000, 1000) == "100%");
    CHECK(share(UINT64_MAX, 1) == "100%");
    CHECK(share(1, UINT64_MAX) == "  0%");
}

TEST_CASE("a throttle says yes once in each interval", "[terminal][progress]") {
    Throttle throttle{500ms};
    const Instant start{1h};
    CHECK(throttle.due(start));
    CHECK_FALSE(throttle.due(start + 499ms));
    CHECK(throttle.due(start + 500ms));
    CHECK_FALSE(throttle.due(start + 999ms));
}

TEST_CASE("the bar is redrawn in place ten times a second and leaves nothing", "[terminal][progress]") {
    tests::CapturedWrites fd;
    tests::Vt vt{40};
    const auto look = [&] {
        const auto writes = fd.take();
        for (const auto& write : writes)
            vt.write(write);
        return writes.size();
    };
    {
        ProgressBar bar{fd.fd(), 40, ProgressBar::Visible::yes};
        const Instant start{1h};
        bar.update(some(), start);
        CHECK(look() == 1);
        CHECK_THAT(vt.row(0), Catch::StartsWith("report.pdf"));
        bar.update(some(), start + 99ms);
        CHECK(look() == 0);
        bar.update(some(), start + 100ms);
        CHECK(look() == 1);
        bar.clear();
        bar.clear();
        CHECK(look() == 1);
        CHECK(vt.row(0) == "");
        bar.update(some(), start + 101ms);
        CHECK(look() == 1);
    }
    look();
    CHECK(vt.row(0) == "");
    CHECK(vt.rows() == 1);
    CHECK(vt.violations().empty());
}

TEST_CASE("a bar that is not visible writes nothing", "[terminal][progress]") {
    tests::CapturedWrites fd;
    ProgressBar bar{fd.fd(), 40, ProgressBar::Visible::no};
    bar.update(some(), Instant{1h});
    bar.clear();
    CHECK(fd.take().empty());
}
