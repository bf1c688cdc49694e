// A baseline has no recovery: what goes wrong is said and ends the process with 1.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace p2pc::bench {

inline void require(bool good, const char* what) {
    if (good) return;
    std::perror(what);
    std::exit(1);
}

}  // namespace p2pc::bench
