#include "home/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "home/private_file.hpp"

namespace p2pc::home {

Result<HomeLock> HomeLock::take(const HomePaths& paths) {
    const auto path = paths.lock_file();
    Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
    if (!file) return io_trouble("open", path);
    while (::flock(file.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return io_trouble("lock", path);
    }
    return HomeLock{std::move(file)};
}

}  // namespace p2pc::home
