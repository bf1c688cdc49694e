// ChunkedDigest: the digest of a file, "xxh3-1m" (docs/decisions/0006-files.md, "Digest").
//
// XXH3-128 over the list of the XXH3-128 of each 1 MiB of the content (the last chunk is what is left; empty
// content has an empty list); every hash in its canonical big-endian form. It finds damage on disk and in
// memory; forgery is the transport's business. The list makes resume cheap: a chunk is checked on its own.
// One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <string>
#include <string_view>

namespace p2pc::crypto {

inline constexpr std::string_view chunked_digest_algorithm = "xxh3-1m";
inline constexpr std::size_t digest_chunk_size = 1024 * 1024;

using ChunkHash = ByteArray<16>;

// What one chunk contributes to the list. REQUIRES: at most digest_chunk_size bytes.
ChunkHash chunk_hash(BytesView chunk);

// That of a whole chunk of zeros.
inline constexpr ChunkHash zero_chunk_hash{
    std::byte{0xb6}, std::byte{0xef}, std::byte{0x17}, std::byte{0xa3}, std::byte{0x44}, std::byte{0x84},
    std::byte{0x92}, std::byte{0xb6}, std::byte{0x91}, std::byte{0x87}, std::byte{0x80}, std::byte{0xb9},
    std::byte{0x05}, std::byte{0x50}, std::byte{0xbf}, std::byte{0x34}};

class ChunkedDigest {
  public:
    // Called once a chunk, in order, from update() or finish().
    using OnChunk = std::function<void(const ChunkHash&)>;

    explicit ChunkedDigest(OnChunk on_chunk = {});
    ~ChunkedDigest();
    ChunkedDigest(ChunkedDigest&&) noexcept;
    ChunkedDigest& operator=(ChunkedDigest&&) noexcept;

    void update(BytesView content);
    // As update() with so many zeros; whole chunks of them cost a few nanoseconds each.
    void add_zeros(std::uint64_t count);
    // Takes a chunk whose hash is known already, instead of its content: a whole one, or the last.
    // REQUIRES: what was taken so far is a multiple of digest_chunk_size.
    void add_known_chunk(const ChunkHash& hash);
    // "xxh3-1m:" and 32 hex digits. REQUIRES: called once, and nothing afterwards.
    std::string finish();

  private:
    struct State;
    void end_chunk();
    std::unique_ptr<State> state_;
};

// "xxh3-1m" of "xxh3-1m:0123..."; empty when there is no colon.
std::string_view algorithm_of(std::string_view digest) noexcept;

}  // namespace p2pc::crypto
