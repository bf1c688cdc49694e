// Round trips: over a connection, and through the pipes of a program that has one.
#include <unistd.h>

#include <optional>
#include <string>

#include "bench/raw/samples.hpp"
#include "bench/raw/verbs.hpp"

namespace p2pc::bench {
namespace {

void write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        require(count > 0, "write");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

class LineReader {
  public:
    explicit LineReader(int fd) : fd_(fd) {}

    // Reads lines until one contains `text`.
    void await(std::string_view text) {
        for (;;) {
            const auto end = have_.find('\n');
            if (end == std::string::npos) {
                more();
                continue;
            }
            const bool found = std::string_view{have_}.substr(0, end).find(text) != std::string_view::npos;
            have_.erase(0, end + 1);
            if (found) return;
        }
    }

  private:
    void more() {
        char block[4096];
        const auto count = ::read(fd_, block, sizeof block);
        require(count > 0, "the program under test ended its output");
        have_.append(block, static_cast<std::size_t>(count));
    }

    int fd_;
    std::string have_;
};

// A chat record whose text has message_size bytes, no two alike.
std::string record(long k) {
    std::string text = std::to_string(k);
    text.insert(0, message_size - text.size(), 'x');
    return "{\"type\":\"message\",\"text\":\"" + text + "\"}\n";
}

}  // namespace

int ping(Arguments arguments) {
    auto line = Line::connect(parse_kind(arguments[0]), number<std::uint16_t>(arguments[1]));
    char message[message_size] = {};
    Samples samples;
    for (auto left = number<long>(arguments[2]); left > 0; --left) {
        const auto start = Samples::Clock::now();
        require(line.write_all(message, sizeof message) && line.read_all(message, sizeof message),
                "no answer");
        samples.add(Samples::Clock::now() - start);
    }
    samples.print();
    return 0;
}

int relay(Arguments arguments) {
    auto line = Line::connect(parse_kind(arguments[0]), number<std::uint16_t>(arguments[1]));
    char block[4096];
    for (;;) {
        const auto count = ::read(STDIN_FILENO, block, sizeof block);
        if (count <= 0) break;
        const auto size = static_cast<std::size_t>(count);
        require(line.write_all(block, size) && line.read_all(block, size), "no answer");
        write_whole(STDOUT_FILENO, {block, size});
    }
    line.finish();
    return 0;
}

int drive(Arguments arguments) {
    const int requests = number<int>(arguments[0]);
    LineReader answers(number<int>(arguments[1]));
    const auto count = number<long>(arguments[2]);
    std::optional<LineReader> witness;
    if (arguments.size() == 6) witness.emplace(number<int>(arguments[4]));
    Samples samples;
    for (long k = 0; k < count; ++k) {
        const auto request = record(k);
        const auto start = Samples::Clock::now();
        write_whole(requests, request);
        answers.await(arguments[3]);
        samples.add(Samples::Clock::now() - start);
        // Taken up outside the time, so that its pipe never fills.
        if (witness) witness->await(arguments[5]);
    }
    samples.print();
    return 0;
}

}  // namespace p2pc::bench
