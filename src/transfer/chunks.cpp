#include "transfer/chunks.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

std::uint64_t data_from(int fd, std::uint64_t offset, std::uint64_t size) noexcept {
    if (offset >= size) return size;
    const auto found = ::lseek(fd, static_cast<off_t>(offset), SEEK_DATA);
    if (found < 0) return errno == ENXIO ? size : offset;  // ENXIO: nothing but a hole up to the end
    return std::min(static_cast<std::uint64_t>(found), size);
}

std::uint64_t hole_from(int fd, std::uint64_t offset, std::uint64_t size) noexcept {
    if (offset >= size) return size;
    const auto found = ::lseek(fd, static_cast<off_t>(offset), SEEK_HOLE);
    return found < 0 ? size : std::min(static_cast<std::uint64_t>(found), size);
}

Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<std::byte> into) {
    std::size_t filled = 0;
    while (filled < into.size()) {
        const auto got =
            ::pread(fd, into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("cannot read", errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

Result<crypto::ChunkHash> hash_at(int fd, std::uint64_t offset, std::size_t length) {
    if (length == chunk_size && data_from(fd, offset, offset + length) == offset + length) {
        // Past the end of the file there is no data either.
        std::byte last{};
        const auto there = read_at(fd, offset + length - 1, std::span{&last, 1});
        if (!there) return there.error();
        if (*there == 1) return crypto::zero_chunk_hash;
    }
    Bytes bytes(length);
    const auto got = read_at(fd, offset, bytes);
    if (!got) return got.error();
    if (*got < length) return Error{Errc::source_changed, "it was truncated"};
    return crypto::chunk_hash(bytes);
}

}  // namespace p2pc::transfer
