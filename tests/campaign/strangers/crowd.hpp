// Crowd: connections that nobody logs in on, held open for as long as the server lets them.
#pragma once

#include <cstddef>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <vector>

namespace p2pc::campaign {

// What some of them do: connect, send `first` at once and of `drip` a byte every two seconds, and read.
class SlowKind {
  public:
    std::string name;
    std::uint16_t port = 0;
    std::size_t count = 0;
    Bytes first;
    Bytes drip;
};

struct CrowdPlan {
    std::vector<SlowKind> kinds;
    std::size_t sources = 200;  // loopback addresses they come from, in turn
    Duration spread{};          // over which the first connections are made
};

// A file with a line for each kind: NAME PORT COUNT FIRST DRIP, the last two in hexadecimal or `-`.
Result<std::vector<SlowKind>> read_kinds(const std::string& path);

// Keeps them standing until standard input ends: whom the server puts out comes back at once. Prints a record
// `standing` when all have been connected, and a record `crowd` at the end.
Status run_crowd(const CrowdPlan& plan);

}  // namespace p2pc::campaign
