#include "base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/filter.hpp"

namespace p2pc::base {
namespace {

Error bad(std::string_view what, std::string_view text, std::string_view allowed) {
    const bool cut = text.size() > 64;
    return Error{Errc::usage, fmt::format("'{}{}' is not a {} ({})", escape_line(text.substr(0, 64)),
                                          cut ? "..." : "", what, allowed)};
}

Error bad_duration(std::string_view text) {
    return bad("duration", text, "such as 500ms, 90s, 1h30m or 2d; a bare number is seconds");
}
Error bad_size(std::string_view text) {
    return bad("size", text, "whole bytes, or with K M G T = 1024^n or kB MB GB TB = 1000^n");
}

// Takes leading digits off `text`; false without any, or when they do not fit.
bool take_number(std::string_view& text, std::uint64_t& number) {
    // from_chars takes no sign for an unsigned type.
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

template <std::size_t N>
using Units = std::array<std::pair<std::string_view, std::uint64_t>, N>;

constexpr Units<5> spans{{{"ms", 1'000'000},
                          {"s", 1'000'000'000},
                          {"m", 60'000'000'000},
                          {"h", 3'600'000'000'000},
                          {"d", 86'400'000'000'000}}};

constexpr Units<9> sizes{{{"", 1},
                          {"K", 1ULL << 10},
                          {"M", 1ULL << 20},
                          {"G", 1ULL << 30},
                          {"T", 1ULL << 40},
                          {"kB", 1'000},
                          {"MB", 1'000'000},
                          {"GB", 1'000'000'000},
                          {"TB", 1'000'000'000'000}}};

// 0 for what is not there.
template <std::size_t N>
std::uint64_t unit_of(const Units<N>& units, std::string_view name) {
    for (const auto& [known, factor] : units) {
        if (known == name) return factor;
    }
    return 0;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    if (text.empty()) return bad_duration(text);
    auto rest = text;
    std::int64_t total = 0;
    while (!rest.empty()) {
        std::uint64_t number = 0;
        const bool first = rest.size() == text.size();
        if (!take_number(rest, number)) return bad_duration(text);
        auto unit = rest.substr(0, rest.find_first_of("0123456789"));
        rest.remove_prefix(unit.size());
        // Bare is seconds, but only alone: "1h30" could be minutes or seconds, nobody knows.
        if (unit.empty() && first) unit = "s";
        const auto factor = unit_of(spans, unit);
        std::int64_t span = 0;
        if (factor == 0 || __builtin_mul_overflow(number, factor, &span) ||
            __builtin_add_overflow(total, span, &total)) {
            return bad_duration(text);
        }
    }
    return Duration{total};
}

Result<ByteCount> parse_size(std::string_view text) {
    auto unit = text;
    std::uint64_t number = 0;
    if (!take_number(unit, number)) return bad_size(text);
    const auto factor = unit_of(sizes, unit);
    std::uint64_t size = 0;
    if (factor == 0 || __builtin_mul_overflow(number, factor, &size)) return bad_size(text);
    return ByteCount{size};
}

std::string format_size(ByteCount size) {
    constexpr std::array<std::string_view, 7> names{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (size.value() < 1024) return fmt::format("{} B", size.value());
    std::size_t power = 0;
    auto value = static_cast<double>(size.value());
    // 999.95 would round to "1000.0": the next unit shows it better.
    while (value >= 999.5 && power + 1 < names.size()) {
        value /= 1024;
        ++power;
    }
    return fmt::format("{:.{}f} {}", value, value < 99.95 ? 1 : 0, names[power]);
}

std::string format_rate(ByteCount per_second) {
    return format_size(per_second) + "/s";
}

std::string format_duration(Duration span) {
    using namespace std::chrono;
    const auto ms = duration_cast<milliseconds>(span).count();
    if (ms <= 0) return "0s";
    if (ms < 1000) return fmt::format("{}ms", ms);
    const auto s = ms / 1000;
    if (s < 60) return fmt::format("{}s", s);
    if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
    if (s < 86400) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
    return fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24);
}

}  // namespace p2pc::base
