// GrowingFile: an open file that is written from its start to its end, whatever its name; one that was left
// in the middle can be gone on with.
//
// Space is allocated at most 256 MiB ahead of the data, for data only, and some is always left free
// (free_space.hpp). Write-back is started as data arrives, so that the last sync is short. One thread at a
// time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>

#include "crypto/digest.hpp"
#include "transfer/entry.hpp"
#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

class RoomMeter;

// Permission bits only, less those this process must not give; without a claim, what a shell would give.
mode_t mode_to_give(const std::optional<std::uint32_t>& claimed, mode_t ordinary, mode_t umask) noexcept;

// Sets the modification time, as far as there is one and the file system can hold it. Errc::local_io.
Status set_time(int fd, const std::optional<FileTime>& mtime);
// The time set_time() would set: what people and file systems can mean; nullopt: none.
std::optional<FileTime> time_to_set(const std::optional<FileTime>& mtime) noexcept;

class GrowingFile {
  public:
    // `file` is open for writing, and empty. `expected`: the announced size. `meter`: what small files ask
    // for space, instead of the system; it must outlive this.
    GrowingFile(FileDescriptor file, std::optional<ByteCount> expected, RoomMeter* meter = nullptr) noexcept;

    // Behind what is there. On an error the file holds a prefix of what was given, and may be kept.
    //   Errc::no_space  the disk is full, or would be nearly
    //   Errc::local_io  anything else
    Status append(BytesView bytes);

    // Zeros behind what is there, neither written nor allocated. Errors as append().
    Status append_hole(std::uint64_t count);
    // In place of what is there. Errors as append(). REQUIRES: it ends within size().
    Status overwrite(std::uint64_t offset, BytesView bytes);
    // crypto::chunk_hash() of what is there. Errc::local_io. REQUIRES: as hash_at(); it ends within size().
    Result<crypto::ChunkHash> hash(std::uint64_t offset, std::size_t length) const;
    // Fills `into` with what is at `offset`. Errc::local_io. REQUIRES: it ends within size().
    Status read(std::uint64_t offset, std::span<std::byte> into) const;
    // What is there already, of an earlier command, ends here: the file is cut to it. Errc::local_io.
    // REQUIRES: called first.
    Status continue_at(ByteCount size);

    // To the same size: gives back what was allocated beyond the data.
    bool trim() noexcept;
    // trim(), mode (nullopt: it is right already) and time. Errc::local_io.
    Status finish(const Entry& entry, std::optional<mode_t> umask);
    // Errc::local_io, Errc::no_space
    Status sync();

    ByteCount size() const noexcept { return ByteCount{written_}; }
    int fd() const noexcept { return file_.get(); }

  private:
    Status make_room(std::uint64_t until);
    std::uint64_t ahead_of(std::uint64_t until) const noexcept;
    Status allocate(std::uint64_t until);
    Status write_at(std::uint64_t offset, BytesView bytes, std::uint64_t& done);
    void start_write_back() noexcept;

    FileDescriptor file_;
    std::optional<std::uint64_t> expected_;
    RoomMeter* meter_;
    std::uint64_t written_ = 0;
    std::uint64_t room_ = 0;      // bytes from the start for which space was found
    std::uint64_t flushing_ = 0;  // bytes from the start whose write-back was started
    bool can_allocate_ = true;
};

}  // namespace p2pc::transfer
