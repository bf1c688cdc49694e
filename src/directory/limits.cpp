#include "directory/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/filter.hpp"
#include "base/units.hpp"

namespace p2pc::directory {
namespace {

using Unit = Limit::Unit;
using std::chrono::milliseconds;

constexpr std::uint64_t K = 1024, M = 1024 * K;

constexpr std::uint64_t ms(milliseconds span) {
    return static_cast<std::uint64_t>(span.count());
}
constexpr std::uint64_t second = ms(std::chrono::seconds{1}), minute = 60 * second, hour = 60 * minute,
                        day = 24 * hour;

// What a limit is kept in, and back.
template <class T>
std::uint64_t number_of(T value) {
    return value;
}
std::uint64_t number_of(Duration value) {
    return ms(std::chrono::duration_cast<milliseconds>(value));
}
std::uint64_t number_of(milliseconds value) {
    return ms(value);
}
template <class T>
void put(T& into, std::uint64_t number) {
    into = static_cast<T>(number);
}
void put(Duration& into, std::uint64_t number) {
    into = milliseconds{number};
}
void put(milliseconds& into, std::uint64_t number) {
    into = milliseconds{number};
}

template <auto... Path>
constexpr Limit limit(std::string_view name, Unit unit, std::uint64_t least, std::uint64_t most,
                      std::string_view what) {
    return {name,
            unit,
            least,
            most,
            [](const ServerLimits& limits) { return number_of((limits.*....*Path)); },
            [](ServerLimits& limits, std::uint64_t number) { put((limits.*....*Path), number); },
            what};
}

constexpr std::array table{
    limit<&ServerLimits::registrations_an_hour>("registrations", Unit::count, 1, 100'000,
                                                "accounts made from one source in an hour"),
    limit<&ServerLimits::connections_a_device>("device-connections", Unit::count, 1, 1024,
                                               "connections of one device"),
    limit<&ServerLimits::connections_an_account>("account-connections", Unit::count, 1, 8192,
                                                 "connections of one account"),
    limit<&ServerLimits::strangers_a_source>(
        "source-strangers", Unit::count, 8, 100'000,
        "connections of one source that have not logged in; past that its oldest one goes"),
    limit<&ServerLimits::handshakes>("handshakes", Unit::count, 16, 16'384,
                                     "TLS handshakes at once at each address; past that the oldest one goes"),
    limit<&ServerLimits::login_time>("login-time", Unit::duration, 2 * second, minute,
                                     "from a connection's beginning until it has logged in"),
    limit<&ServerLimits::failures, &FailureCosts::first>(
        "failure-delay", Unit::duration, 50, 5 * second,
        "the reply to a source's first wrong password waits so long; each further one doubles it"),
    limit<&ServerLimits::failures, &FailureCosts::longest>("longest-delay", Unit::duration, 250, 30 * second,
                                                           "up to this, which is less than `login-time`"),
    limit<&ServerLimits::failures, &FailureCosts::memory>(
        "failure-memory", Unit::duration, minute, day,
        "so long after its last wrong password a source begins anew"),
    limit<&ServerLimits::failures, &FailureCosts::sources>("failing-sources", Unit::count, 1024, 1'048'576,
                                                           "sources of wrong passwords that are remembered"),
    limit<&ServerLimits::block, &BlockRules::failures>(
        "wrong-passwords", Unit::count, 1, 10, "in a row: then password login to the account is blocked"),
    limit<&ServerLimits::block, &BlockRules::first>("first-block", Unit::duration, minute, 30 * day,
                                                    "how long the first time; each further one doubles it"),
    limit<&ServerLimits::block, &BlockRules::longest>("longest-block", Unit::duration, minute, 365 * day,
                                                      "up to this, which is no less than `first-block`"),
    limit<&ServerLimits::block, &BlockRules::windows_a_day>("windows", Unit::count, 0, 100,
                                                            "`login --open-window` of one account in a day"),
    limit<&ServerLimits::attempt_rows>("attempt-rows", Unit::count, 1024, 4'194'304,
                                       "names, real or invented, whose wrong passwords are remembered"),
    limit<&ServerLimits::requests_a_second>("requests", Unit::count, 1, 10'000,
                                            "requests of one connection in a second, in the long run"),
    limit<&ServerLimits::request_burst>("burst", Unit::count, 1, 100'000, "and at once"),
    limit<&ServerLimits::client_queue>("client-queue", Unit::size, 128 * K, 64 * M,
                                       "what waits for a client that does not read; past that it is dropped"),
    limit<&ServerLimits::waiting_calls>("waiting-calls", Unit::count, 1, 1024,
                                        "calls of one connection that wait for an answer"),
    limit<&ServerLimits::questions>("questions", Unit::count, 1, 1024,
                                    "calls one program is asked about at once; more are passed over"),
    limit<&ServerLimits::answer_time>("answer-time", Unit::duration, second, 30 * second,
                                      "for a program that is asked to take a call; no answer is a no"),
    limit<&ServerLimits::lost_after>("lost-after", Unit::duration, minute, day,
                                     "a session with neither end back is over"),
    limit<&ServerLimits::stranger_lines>("stranger-lines", Unit::count, 1, 1000,
                                         "lines in the log about strangers in a second"),
};

std::string exactly(std::uint64_t value, std::span<const std::pair<std::string_view, std::uint64_t>> units) {
    for (const auto& [unit, factor] : units) {
        if (value % factor == 0) return fmt::format("{}{}", value / factor, unit);
    }
    return fmt::format("{}", value);
}

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> spans{
    {{"d", day}, {"h", hour}, {"m", minute}, {"s", second}, {"ms", 1}}};
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 3> sizes{{{"M", M}, {"K", K}, {"", 1}}};

Result<std::uint64_t> parse(Unit unit, std::string_view text) {
    if (unit == Unit::duration) {
        const auto span = base::parse_duration(text);
        if (!span) return span.error();
        return number_of(*span);
    }
    if (unit == Unit::size) {
        const auto size = base::parse_size(text);
        if (!size) return size.error();
        return size->value();
    }
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc{} && end == text.data() + text.size()) return number;
    return Error{Errc::usage, fmt::format("'{}' is no number", base::escape_line(text.substr(0, 64)))};
}

}  // namespace

std::span<const Limit> all_limits() noexcept {
    return table;
}

std::string limit_text(const Limit& limit, std::uint64_t value) {
    if (limit.unit == Unit::duration) return exactly(value, spans);
    if (limit.unit == Unit::size) return exactly(value, sizes);
    return fmt::format("{}", value);
}

Status set_limit(ServerLimits& limits, std::string_view name, std::string_view value) {
    const auto limit = std::ranges::find(table, name, &Limit::name);
    if (limit == table.end()) {
        return Error{Errc::usage,
                     fmt::format("no limit is called '{}'", base::escape_line(name.substr(0, 64)))};
    }
    const auto number = parse(limit->unit, value);
    if (!number) return Error{Errc::usage, fmt::format("{}: {}", name, number.error().detail())};
    if (*number < limit->least || *number > limit->most) {
        return Error{Errc::usage,
                     fmt::format("{}={} is out of bounds (from {} to {})", name, base::escape_line(value),
                                 limit_text(*limit, limit->least), limit_text(*limit, limit->most))};
    }
    limit->set(limits, *number);
    return {};
}

Status check_limits(const ServerLimits& limits) {
    if (limits.block.first > limits.block.longest) {
        return Error{Errc::usage, "first-block is longer than longest-block"};
    }
    if (limits.failures.first > limits.failures.longest) {
        return Error{Errc::usage, "failure-delay is longer than longest-delay"};
    }
    // The reply would come when the connection is over.
    if (limits.failures.longest >= limits.login_time) {
        return Error{Errc::usage, "longest-delay is not less than login-time"};
    }
    return {};
}

}  // namespace p2pc::directory
