// What the tests of the transfer floor share: a folder of their own, contents, and a delivery in one call.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <p2pc/base/bytes.hpp>
#include <string>
#include <vector>

#include "crypto/digest.hpp"
#include "transfer/output_folder.hpp"
#include "transfer/receiving.hpp"

namespace p2pc::transfer::test {

namespace fs = std::filesystem;

class TempFolder {
  public:
    explicit TempFolder(const fs::path& parent = fs::temp_directory_path()) {
        auto pattern = (parent / "p2pc-transfer-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = fs::canonical(pattern);
    }
    ~TempFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    std::string str() const { return path_.string(); }

    std::vector<std::string> names() const { return names_in(path_); }
    static std::vector<std::string> names_in(const fs::path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{folder})
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    fs::path path_;
};

inline constexpr std::size_t mib = 1024 * 1024;

// A pipe, with SIGPIPE ignored as the program has it.
struct Pipe {
    Pipe() {
        REQUIRE(::pipe(ends) == 0);
        ::signal(SIGPIPE, SIG_IGN);
    }
    ~Pipe() {
        ::signal(SIGPIPE, SIG_DFL);
        close_end(0);
        close_end(1);
    }
    void close_end(int which) {
        if (ends[which] >= 0) ::close(ends[which]);
        ends[which] = -1;
    }
    int ends[2];
};

// In memory where the machine has it, for tests of many files: a sync there is free.
inline fs::path fast_parent() {
    return ::access("/dev/shm", W_OK) == 0 ? fs::path{"/dev/shm"} : fs::temp_directory_path();
}

inline Bytes content(std::size_t size, unsigned seed = 1) {
    Bytes bytes(size);
    std::uint32_t state = seed * 2654435761u + 1;
    for (auto& byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::byte>(state >> 24);
    }
    return bytes;
}

inline void write_file(const std::string& path, BytesView bytes) {
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(out.flush().good());
}

inline Bytes read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in.good());
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

inline std::string digest_of(BytesView bytes) {
    crypto::ChunkedDigest digest;
    digest.update(bytes);
    return digest.finish();
}

// A key as it is made of an item; another number is another item.
inline PartialKey key(unsigned number = 1) {
    return PartialKey{std::string(16, 'a'), fmt::format("{:032x}", number), std::string(16, '1')};
}

inline KeyOf keyed(const PartialKey& under = key()) {
    return [under](const Entry&) { return under; };
}

inline std::shared_ptr<const OutputFolder> folder_at(const std::string& path, Resolve how = Resolve::kernel) {
    auto folder = OutputFolder::open(path, Missing::refuse, how);
    REQUIRE(folder);
    return std::move(*folder);
}

inline Entry file_entry(const std::string& name, std::size_t size) {
    return Entry::file(name, ByteCount{size}, 0644, std::nullopt);
}

// One whole item, in pieces of `piece` bytes.
inline Result<ReceivedItem> deliver(Incoming& incoming, const Entry& entry, BytesView bytes,
                                    const PartialKey& under = key(), std::size_t piece = 100'003) {
    if (auto begun = incoming.begin(entry, keyed(under)); !begun) return begun.error();
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        auto taken = incoming.data(bytes.subspan(at, std::min(piece, bytes.size() - at)));
        if (!taken) return taken.error();
    }
    return incoming.end(ItemEnd{ByteCount{bytes.size()}, digest_of(bytes)});
}

inline Result<ReceivedItem> deliver_into(const std::string& folder, const Entry& entry, BytesView bytes,
                                         const PartialKey& under = key()) {
    auto opened = OutputFolder::open(folder, Missing::refuse);
    if (!opened) return opened.error();
    Incoming incoming{make_folder_output(std::move(*opened), AnyNames::no), ReceivePolicy{}};
    return deliver(incoming, entry, bytes, under);
}

template <class T>
Errc code_of(const Result<T>& result) {
    return result ? Errc{} : result.error().code();
}

}  // namespace p2pc::transfer::test
