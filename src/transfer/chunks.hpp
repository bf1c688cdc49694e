// Chunks: reading an open regular file anywhere, by chunks of the digest, and where it holds nothing.
//
// No state: the position of the descriptor is neither used nor kept. Safe from any thread.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>
#include <span>

#include "crypto/digest.hpp"

namespace p2pc::transfer {

inline constexpr std::uint64_t chunk_size = crypto::digest_chunk_size;

// Where the first stored byte at or after `offset` is; `size` when there is none up to there. Where the file
// system does not know it is `offset` itself.
std::uint64_t data_from(int fd, std::uint64_t offset, std::uint64_t size) noexcept;
// Where the first hole at or after `offset` begins; `size` when there is none up to there.
std::uint64_t hole_from(int fd, std::uint64_t offset, std::uint64_t size) noexcept;

// Fills `into` from `offset` on; less only at the end of the file. Errc::local_io.
Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<std::byte> into);

// Of the `length` bytes from `offset` on. A hole is not read.
//   Errc::source_changed  the file ends before
//   Errc::local_io        it cannot be read
// REQUIRES: `length` is at most chunk_size.
Result<crypto::ChunkHash> hash_at(int fd, std::uint64_t offset, std::size_t length);

}  // namespace p2pc::transfer
