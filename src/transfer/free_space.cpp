#include "transfer/free_space.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

Result<FreeSpace> free_space(int fd) {
    struct statvfs found {};
    while (::fstatvfs(fd, &found) != 0) {
        if (errno != EINTR) return io_error("cannot ask for the free space", errno);
    }
    return FreeSpace{std::uint64_t{found.f_frsize} * found.f_blocks,
                     std::uint64_t{found.f_frsize} * found.f_bavail};
}

Status check_room(const FreeSpace& space, std::uint64_t wanted) {
    constexpr std::uint64_t gib = 1024 * 1024 * 1024;
    const auto reserve = std::min(gib, space.total / 20);
    const auto usable = space.available > reserve ? space.available - reserve : 0;
    if (wanted <= usable) return {};
    return Error{Errc::no_space, fmt::format("{} bytes are wanted, {} are free beside the {} that stay free",
                                             wanted, usable, reserve)};
}

}  // namespace p2pc::transfer
