// A file over a connection: read-send, recv-write, 256 KiB at a time.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "bench/raw/verbs.hpp"

namespace p2pc::bench {
namespace {

constexpr std::size_t block_size = 256 * 1024;

// As much of a block as comes before the end: TLS gives one record (16 KiB) a call.
std::size_t fill(Line& line, std::vector<char>& block) {
    std::size_t have = 0;
    while (have < block.size()) {
        const auto count = line.read_some(block.data() + have, block.size() - have);
        if (count == 0) break;
        have += count;
    }
    return have;
}

}  // namespace

int send(Arguments arguments) {
    auto line = Line::connect(parse_kind(arguments[0]), number<std::uint16_t>(arguments[1]));
    const int file = ::open(arguments[2], O_RDONLY | O_CLOEXEC);
    require(file >= 0, arguments[2]);
    std::vector<char> block(block_size);
    for (;;) {
        const auto count = ::read(file, block.data(), block.size());
        require(count >= 0, "read");
        if (count == 0) break;
        require(line.write_all(block.data(), static_cast<std::size_t>(count)), "send");
    }
    ::close(file);
    line.finish();
    // Its end says that the other side has written all of it.
    char ignored = 0;
    line.read_some(&ignored, 1);
    return 0;
}

int receive(Arguments arguments) {
    const Door door(parse_kind(arguments[0]));
    std::printf("{\"type\":\"listening\",\"port\":%u}\n", static_cast<unsigned>(door.port()));
    std::fflush(stdout);
    auto line = door.accept();
    require(line.has_value(), "accept");
    const int file = ::open(arguments[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    require(file >= 0, arguments[1]);
    std::vector<char> block(block_size);
    while (const auto have = fill(*line, block)) {
        for (std::size_t written = 0; written < have;) {
            const auto count = ::write(file, block.data() + written, have - written);
            require(count > 0, "write");
            written += static_cast<std::size_t>(count);
        }
    }
    require(::close(file) == 0, "close");
    line->finish();
    return 0;
}

}  // namespace p2pc::bench
