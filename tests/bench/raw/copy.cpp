// A file over a connection: read-send, recv-write, 256 KiB at a time; on request digested as p2pc does it.
#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "bench/raw/verbs.hpp"

namespace p2pc::bench {
namespace {

constexpr std::size_t block_size = 256 * 1024;
constexpr std::size_t chunk_size = 1024 * 1024;

// XXH3-128 of each 1 MiB and of the list of them.
class Digest {
  public:
    Digest() : chunk_(XXH3_createState()), list_(XXH3_createState()) {
        XXH3_128bits_reset(chunk_.get());
        XXH3_128bits_reset(list_.get());
    }
    void add(const char* from, std::size_t size) {
        while (size > 0) {
            const auto part = std::min(size, chunk_size - have_);
            XXH3_128bits_update(chunk_.get(), from, part);
            from += part;
            size -= part;
            have_ += part;
            if (have_ == chunk_size) end_chunk();
        }
    }
    void print() {
        if (have_ > 0) end_chunk();
        const auto hash = XXH3_128bits_digest(list_.get());
        std::fprintf(stderr, "%016llx%016llx\n", static_cast<unsigned long long>(hash.high64),
                     static_cast<unsigned long long>(hash.low64));
    }

  private:
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    void end_chunk() {
        XXH128_canonical_t text;
        XXH128_canonicalFromHash(&text, XXH3_128bits_digest(chunk_.get()));
        XXH3_128bits_update(list_.get(), text.digest, sizeof text.digest);
        XXH3_128bits_reset(chunk_.get());
        have_ = 0;
    }
    std::unique_ptr<XXH3_state_t, Free> chunk_, list_;
    std::size_t have_ = 0;
};

struct Options {
    bool digest = false;
    std::uint32_t address = loopback;
};

Options parse_options(Arguments words) {
    constexpr std::string_view at = "at=";
    Options options;
    for (const std::string_view word : words) {
        if (word == "digest") {
            options.digest = true;
        } else {
            require(word.starts_with(at), "option");
            options.address = parse_address(word.substr(at.size()));
        }
    }
    return options;
}

int open_or(std::string_view name, int standard, int flags) {
    if (name == "-") return standard;
    const int file = ::open(std::string{name}.c_str(), flags | O_CLOEXEC, 0600);
    require(file >= 0, "open");
    return file;
}

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
    const auto options = parse_options(arguments.subspan(3));
    auto line = Line::connect(parse_kind(arguments[0]), parse_place(arguments[1]));
    const int file = open_or(arguments[2], STDIN_FILENO, O_RDONLY);
    std::vector<char> block(block_size);
    Digest digest;
    for (;;) {
        const auto count = ::read(file, block.data(), block.size());
        require(count >= 0, "read");
        if (count == 0) break;
        const auto size = static_cast<std::size_t>(count);
        if (options.digest) digest.add(block.data(), size);
        require(line.write_all(block.data(), size), "send");
    }
    ::close(file);
    if (options.digest) digest.print();
    line.finish();
    // Its end says that the other side has written all of it.
    char ignored = 0;
    line.read_some(&ignored, 1);
    return 0;
}

int receive(Arguments arguments) {
    const std::string_view name = arguments[1];
    const auto options = parse_options(arguments.subspan(2));
    const Door door(parse_kind(arguments[0]), options.address);
    std::FILE* const said = name == "-" ? stderr : stdout;
    std::fprintf(said, "{\"type\":\"listening\",\"port\":%u}\n", static_cast<unsigned>(door.port()));
    std::fflush(said);
    auto line = door.accept();
    require(line.has_value(), "accept");
    const int file = open_or(name, STDOUT_FILENO, O_WRONLY | O_CREAT | O_EXCL);
    std::vector<char> block(block_size);
    Digest digest;
    while (const auto have = fill(*line, block)) {
        if (options.digest) digest.add(block.data(), have);
        for (std::size_t written = 0; written < have;) {
            const auto count = ::write(file, block.data() + written, have - written);
            require(count > 0, "write");
            written += static_cast<std::size_t>(count);
        }
    }
    require(::close(file) == 0, "close");
    if (options.digest) digest.print();
    line->finish();
    return 0;
}

}  // namespace p2pc::bench
