// Ten thousand connections one after the other leave nothing behind.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "contract/transport/setup.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

std::size_t open_descriptors() {
    namespace fs = std::filesystem;
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator{}));
}

// The sanitizers replace the allocator (and look for leaks themselves).
std::size_t allocated() {
    return ::mallinfo2().uordblks;
}

// A TLS handshake takes a millisecond, under a sanitizer several, and byte by byte far more.
int rounds(const std::string& kind) {
    if (kind == "tls over single bytes") return 200;
    if (kind == "tls over memory") return 1000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (kind.starts_with("tls")) return 1000;
#endif
    return 10'000;
}

void open_and_close(Setup& setup, Listener& listener, int times) {
    for (int i = 0; i < times; ++i) {
        auto pair = connected(setup, listener);
        const std::byte one{1};
        Bytes received;
        drive(setup.queue(), {writing(*pair.client, {&one, 1}, 1), reading(*pair.server, received, 1, 1)});
        if (i % 2 == 0) pair.server.reset();
    }
}

}  // namespace

TEST_CASE("10,000 opens and closes leave no descriptor and no memory", "[contract][transport]") {
    const auto kind = GENERATE(from_range(transports()));
    INFO(kind);
    auto setup = set_up(kind);
    const auto listener = listen(setup);
    const int times = rounds(kind);
    open_and_close(setup, *listener, times / 10);  // what is made once, and the allocator's caches
    const auto descriptors = open_descriptors();
    const auto memory = allocated();
    open_and_close(setup, *listener, times);
    CHECK(open_descriptors() == descriptors);
    // A caching allocator moves by some tens of KiB; the smallest leak per connection is more.
    CHECK(allocated() < memory + static_cast<std::size_t>(times) * 16 + 96 * 1024);
}
