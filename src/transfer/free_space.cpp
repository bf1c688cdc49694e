#include "transfer/free_space.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

Result<FreeSpace> free_space(int fd) {
    struct statfs found {};
    while (::fstatfs(fd, &found) != 0) {
        if (errno != EINTR) return io_error("cannot ask for the free space", errno);
    }
    const auto unit = static_cast<std::uint64_t>(found.f_frsize);
    return FreeSpace{unit * found.f_blocks, unit * found.f_bavail, found.f_type == TMPFS_MAGIC};
}

namespace {

// Others write too: what is granted at once must not be much beside what is free.
constexpr std::uint64_t most_granted = 16 * 1024 * 1024;

std::uint64_t reserve_of(const FreeSpace& space) {
    constexpr std::uint64_t gib = 1024 * 1024 * 1024;
    return std::min(gib, space.total / 20);
}

std::uint64_t usable_of(const FreeSpace& space) {
    const auto reserve = reserve_of(space);
    return space.available > reserve ? space.available - reserve : 0;
}

}  // namespace

Status check_room(const FreeSpace& space, std::uint64_t wanted) {
    const auto usable = usable_of(space);
    if (wanted <= usable) return {};
    return Error{Errc::no_space, fmt::format("{} bytes are wanted, {} are free beside the {} that stay free",
                                             wanted, usable, reserve_of(space))};
}

Status RoomMeter::take(int fd, std::uint64_t wanted) {
    if (wanted <= granted_) {
        granted_ -= wanted;
        return {};
    }
    const auto space = free_space(fd);
    if (!space) return space.error();
    if (auto fits = check_room(*space, wanted); !fits) return fits;
    granted_ = std::min(most_granted, (usable_of(*space) - wanted) / 16);
    return {};
}

}  // namespace p2pc::transfer
