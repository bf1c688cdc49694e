#include "terminal/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/unicode.hpp"
#include "base/units.hpp"
#include "terminal/columns.hpp"
#include "terminal/write.hpp"

namespace p2pc::terminal {
namespace {

constexpr std::string_view gap = "  ";
constexpr unsigned least_name = 12;

std::string percent(const Progress& p) {
    const auto total = p.total->value();
    if (total == 0) return "100%";
    // A peer's total may be anything: no overflow, never past 100.
    const auto share = static_cast<double>(p.done.value()) / static_cast<double>(total);
    return fmt::format("{:3}%", static_cast<int>(std::min(share, 1.0) * 100));
}

struct Part {
    int rank;  // the lowest go last
    std::string text;
};

std::vector<Part> parts_of(const Progress& p) {
    std::vector<Part> parts;
    if (p.total) parts.push_back({0, percent(p)});
    const auto done = base::format_size(p.done);
    parts.push_back({2, p.total ? done + " of " + base::format_size(*p.total) : done});
    parts.push_back({1, base::format_rate(p.rate)});
    if (p.left) parts.push_back({3, "ETA " + base::format_duration(*p.left)});
    if (p.files > 1) parts.push_back({4, fmt::format("file {} of {}", p.file, p.files)});
    if (!p.path.empty()) parts.push_back({5, p.path});
    return parts;
}

std::string joined(const std::vector<Part>& parts) {
    std::string out;
    for (const auto& part : parts)
        out.append(gap).append(part.text);
    return out;
}

}  // namespace

std::string format_progress(const Progress& progress, unsigned columns) {
    auto parts = parts_of(progress);
    const unsigned name = std::min(base::display_width(progress.name), least_name);
    while (!parts.empty() && name + base::display_width(joined(parts)) > columns) {
        const auto by_rank = [](const Part& a, const Part& b) { return a.rank < b.rank; };
        parts.erase(std::max_element(parts.begin(), parts.end(), by_rank));
    }
    const std::string rest = joined(parts);
    const unsigned room = columns - std::min(columns, base::display_width(rest));
    return cut_to(progress.name, room) + rest;
}

bool Throttle::due(Instant now) {
    if (last_ && now - *last_ < interval_) return false;
    last_ = now;
    return true;
}

ProgressBar::ProgressBar(int fd, unsigned columns, Visible visible)
    : fd_(fd),
      columns_(columns == 0 ? 80 : columns),
      visible_(visible == Visible::yes),
      throttle_(std::chrono::milliseconds{100}) {}

ProgressBar::~ProgressBar() {
    clear();
}

void ProgressBar::update(const Progress& progress, Instant now) {
    if (!visible_ || !(throttle_.due(now) || !drawn_)) return;
    drawn_ = true;
    // The last column stays free, so that no terminal wraps.
    std::string line{"\r"};
    line.append(format_progress(progress, columns_ - 1)).append("\x1b[K");
    write_all(fd_, line);
}

void ProgressBar::clear() {
    if (!drawn_) return;
    drawn_ = false;
    write_all(fd_, "\r\x1b[K");
}

}  // namespace p2pc::terminal
