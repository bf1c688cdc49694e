// Guessing: wrong passwords for many names from many addresses, at a rate, and what became of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <p2pc/base/result.hpp>

#include "model/url.hpp"

namespace p2pc::campaign {

struct GuessPlan {
    std::filesystem::path plugins;
    std::size_t known = 0;     // names that exist, from user000000 on
    std::size_t invented = 0;  // and names that do not
    std::size_t count = 0;     // guesses in all
    std::size_t rate = 0;      // a second; 0: as fast as they are answered
    std::size_t at_once = 0;   // at most; who is slower than the rate catches up
    std::size_t sources = 200;
    std::uint64_t seed = 0;
};

// Prints a record `guessed` for each name, with how many guesses were evaluated (the answer was that the
// password is wrong), refused because the name is blocked, and anything else; and a record `guesses` for all
// of them.
Status run_guesses(const model::ServerUrl& server, const GuessPlan& plan);

}  // namespace p2pc::campaign
