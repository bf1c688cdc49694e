// The room a receiver leaves on a disk: 1 GiB or a twentieth of it, whichever is less, stays free.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>

namespace p2pc::transfer {

struct FreeSpace {
    std::uint64_t total = 0;      // bytes
    std::uint64_t available = 0;  // bytes, to us
    bool in_memory = false;       // tmpfs
};

// Of the file system that `fd` is on. Errc::local_io.
Result<FreeSpace> free_space(int fd);

// Errc::no_space unless `wanted` more bytes leave the reserve untouched. Zero bytes always fit.
Status check_room(const FreeSpace& space, std::uint64_t wanted);

// The same for many small files: the system is asked once for as many bytes as they may take meanwhile. One
// thread at a time.
class RoomMeter {
  public:
    // Takes `wanted` bytes on the file system that `fd` is on. Errc::no_space, Errc::local_io.
    Status take(int fd, std::uint64_t wanted);

  private:
    std::uint64_t granted_ = 0;
};

}  // namespace p2pc::transfer
