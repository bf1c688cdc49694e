// bench_raw: what sockets and OpenSSL can do without p2pc; the baselines of tests/bench.
#include <csignal>
#include <cstdio>

#include "bench/raw/verbs.hpp"

namespace {

struct Verb {
    std::string_view name;
    std::size_t least, most;  // arguments
    int (*run)(p2pc::bench::Arguments);
};

using namespace p2pc::bench;

constexpr Verb verbs[] = {
    {"echo", 1, 1, echo}, {"keep", 1, 1, keep},       {"once", 2, 2, once},
    {"ping", 3, 3, ping}, {"relay", 2, 2, relay},     {"drive", 4, 6, drive},
    {"send", 3, 4, send}, {"receive", 2, 4, receive}, {"handshakes", 4, 4, handshakes},
    {"hold", 3, 3, hold},
};

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const Arguments words{argv + 1, argv + argc};
    for (const auto& verb : verbs) {
        if (words.empty() || verb.name != words[0]) continue;
        const auto arguments = words.subspan(1);
        if (arguments.size() >= verb.least && arguments.size() <= verb.most) return verb.run(arguments);
    }
    std::fprintf(stderr, "bench_raw: no such verb, or not these arguments (see tests/bench/raw/verbs.hpp)\n");
    return 2;
}
