// Work: people who are logged in, and what their days are like - a login, a list, a call, and again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>

#include "model/url.hpp"

namespace p2pc::campaign {

struct WorkPlan {
    std::filesystem::path plugins;
    std::size_t people = 0;  // devices of accounts 0 to people - 1
    std::size_t rounds = 0;  // each a login by key, a list, a call
    Duration interval{};     // from round to round; people begin theirs evenly spread over it
};

// Logs everybody in for as long as it lasts, prints a record `in` and waits for a line on standard input.
// Then the rounds: a login is a further connection of the same device, a call goes to the next person, who
// takes it. Prints a record `work` with the times and with what went wrong: links that the server ended,
// and whatever failed.
Status run_work(const model::ServerUrl& server, const WorkPlan& plan);

}  // namespace p2pc::campaign
