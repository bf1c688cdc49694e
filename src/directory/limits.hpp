// Limits: what an operator may set with `serve --limit NAME=VALUE`. One table says all there is to say of
// each: it is parsed by it, told by it, and docs/cli.md is tested against it. Every limit has a lowest and a
// highest value, so that none can be turned off.
#pragma once

#include <p2pc/base/result.hpp>
#include <span>
#include <string>
#include <string_view>

#include "directory/options.hpp"

namespace p2pc::directory {

struct Limit {
    enum class Unit : std::uint8_t { count, size, duration };
    std::string_view name;
    Unit unit;
    std::uint64_t least, most;  // a size in bytes, a duration in milliseconds
    std::uint64_t (*get)(const ServerLimits&);
    void (*set)(ServerLimits&, std::uint64_t);
    std::string_view what;
};

std::span<const Limit> all_limits() noexcept;

// As --limit takes it, exactly: "60", "256K", "15m".
std::string limit_text(const Limit& limit, std::uint64_t value);

//   Errc::usage  no such limit, no such value, or one out of bounds, which are then named
Status set_limit(ServerLimits& limits, std::string_view name, std::string_view value);

// Whether they fit each other.   Errc::usage
Status check_limits(const ServerLimits& limits);

}  // namespace p2pc::directory
