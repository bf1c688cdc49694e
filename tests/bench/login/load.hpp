// Load: many devices log in at one server, from a few loops of one process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <p2pc/base/result.hpp>

#include "model/url.hpp"

namespace p2pc::bench {

// drop: every login ends its connection at once. hold: all stay, announced as a waiting chat.
enum class After { drop, hold };

struct LoadPlan {
    std::filesystem::path plugins;
    std::size_t count = 0;
    std::size_t threads = 2;
    std::size_t at_once = 32;  // logins under way in a thread
    After after = After::drop;
};

// Logs in the devices of accounts 0 to count-1 and prints {"count":N,"seconds":S}; with `hold` keeps them
// until standard input ends. The first login that fails ends it with that error.
Status run_load(const model::ServerUrl& server, const LoadPlan& plan);

}  // namespace p2pc::bench
