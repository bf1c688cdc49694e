// The baselines' servers. They run until they are killed.
#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

#include "bench/raw/verbs.hpp"

namespace p2pc::bench {
namespace {

constexpr std::string_view http_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

void say_port(const Door& door) {
    std::printf("{\"type\":\"listening\",\"port\":%u}\n", static_cast<unsigned>(door.port()));
    std::fflush(stdout);
}

// False when the caller has gone.
bool answer(Line& line) {
    char block[4096];
    const auto count = line.read_some(block, sizeof block);
    if (count == 0) return false;
    // So that curl can ask too.
    if (std::string_view{block, count}.starts_with("GET ")) {
        line.write_all(http_answer.data(), http_answer.size());
        return false;
    }
    return line.write_all(block, count);
}

void serve(const Door& door) {
    for (;;) {
        auto line = door.accept();
        if (!line) continue;
        while (answer(*line)) {
        }
        line->finish();
    }
}

}  // namespace

int echo(Arguments arguments) {
    const Door door(parse_kind(arguments[0]));
    say_port(door);
    // More than cores: a caller that is slow to end keeps one of them waiting.
    std::vector<std::jthread> threads(8);
    for (auto& thread : threads)
        thread = std::jthread([&door] { serve(door); });
    return 0;
}

int keep(Arguments arguments) {
    const Door door(parse_kind(arguments[0]));
    say_port(door);
    std::vector<Line> kept;
    for (;;) {
        auto line = door.accept();
        if (line && answer(*line)) kept.push_back(std::move(*line));
    }
}

}  // namespace p2pc::bench
