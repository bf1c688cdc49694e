// A copy of a database that is in use, as of one moment.
//
// Made through a connection of its own that only reads, so that whoever writes meanwhile is not held up
// (docs/decisions/0020-admin.md). Blocking; from any thread, one at a time for one database.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <utility>

namespace p2pc::storage {

// Open to read, and without a name: it is gone with this.
class DatabaseCopy {
  public:
    DatabaseCopy(int fd, std::uint64_t bytes) : fd_(fd), size_(bytes) {}
    DatabaseCopy(DatabaseCopy&& other) noexcept : fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}
    DatabaseCopy& operator=(DatabaseCopy&&) = delete;
    ~DatabaseCopy();

    std::uint64_t size() const noexcept { return size_; }
    // What is at `at`, `into.size()` bytes or fewer at the end.   Errc::local_io
    Result<std::size_t> read(std::uint64_t at, std::span<std::byte> into) const;

  private:
    int fd_;
    std::uint64_t size_;
};

// Needs as much room beside the database as it has pages in use. Setting `stop` ends it with Errc::canceled.
//   Errc::local_io  no room, or the disk's trouble
//   Errc::corrupt
Result<DatabaseCopy> copy_database(const std::filesystem::path& file, const std::atomic<bool>& stop);

// What a copy leaves beside the database when its process dies in the middle.
void remove_unfinished_copy(const std::filesystem::path& file) noexcept;

}  // namespace p2pc::storage
