// The verbs of bench_raw. Each prints one line of JSON (a server: when it accepts connections) and returns
// the exit code; arguments are those after the verb, as many as the table in main.cpp says.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bench/raw/line.hpp"
#include "bench/raw/require.hpp"

namespace p2pc::bench {

using Arguments = std::span<char*>;

// What one request of a bare client and one chat message carry.
constexpr std::size_t message_size = 64;

template <class Number>
Number number(std::string_view text) {
    Number value{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(ec == std::errc{} && end == text.data() + text.size(), "not a number");
    return value;
}

int echo(Arguments arguments);   // KIND: gives back what it gets, eight callers at once
int keep(Arguments arguments);   // KIND: as echo, once, and keeps every connection
int once(Arguments arguments);   // KIND PORT: connect, one request, one answer, end
int ping(Arguments arguments);   // KIND PORT COUNT: round trips one after another
int relay(Arguments arguments);  // KIND PORT: lines of stdin there, what comes back to stdout
// REQUEST_FD ANSWER_FD COUNT ANSWER [WITNESS_FD SEEN]: round trips through a program's pipes: a chat record
// in, until a line with ANSWER comes out, and one with SEEN from the program at the other end.
int drive(Arguments arguments);
// FILE may be - (stdin, stdout; what else is said goes to stderr then). With `digest` both hash each 1 MiB.
int send(Arguments arguments);        // KIND [ADDRESS:]PORT FILE [digest]
int receive(Arguments arguments);     // KIND FILE [digest] [at=ADDRESS]
int handshakes(Arguments arguments);  // KIND PORT COUNT THREADS: connect, one request, reset
int hold(Arguments arguments);        // KIND PORT COUNT: opens as many and keeps them until stdin ends

}  // namespace p2pc::bench
