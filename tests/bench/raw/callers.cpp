// One request, many handshakes, many connections held.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "bench/raw/verbs.hpp"

namespace p2pc::bench {
namespace {

void ask(Line& line) {
    char message[message_size] = {};
    require(line.write_all(message, sizeof message) && line.read_all(message, sizeof message), "no answer");
}

}  // namespace

int once(Arguments arguments) {
    auto line = Line::connect(parse_kind(arguments[0]), number<std::uint16_t>(arguments[1]));
    ask(line);
    line.finish();
    return 0;
}

int handshakes(Arguments arguments) {
    const auto kind = parse_kind(arguments[0]);
    const auto port = number<std::uint16_t>(arguments[1]);
    const auto count = number<long>(arguments[2]);
    std::atomic<long> left = count;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads(number<std::size_t>(arguments[3]));
        for (auto& thread : threads) {
            thread = std::jthread([&] {
                while (left.fetch_sub(1) > 0) {
                    auto line = Line::connect(kind, port);
                    ask(line);
                    line.reset_at_end();
                }
            });
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("{\"count\":%ld,\"seconds\":%.6f}\n", count, took.count());
    return 0;
}

int hold(Arguments arguments) {
    const auto kind = parse_kind(arguments[0]);
    const auto port = number<std::uint16_t>(arguments[1]);
    std::vector<Line> held;
    for (auto count = number<long>(arguments[2]); count > 0; --count) {
        held.push_back(Line::connect(kind, port));
        ask(held.back());
        held.back().reset_at_end();
    }
    std::printf("{\"type\":\"held\",\"count\":%zu}\n", held.size());
    std::fflush(stdout);
    char ignored = 0;
    while (::read(STDIN_FILENO, &ignored, 1) > 0) {
    }
    return 0;
}

}  // namespace p2pc::bench
