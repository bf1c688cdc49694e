#include "terminal/write.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace p2pc::terminal {

bool write_all(int fd, std::string_view bytes) noexcept {
    int waits = 0;
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(done));
        } else if (done < 0 && errno == EAGAIN && waits++ < 3) {
            pollfd ready{fd, POLLOUT, 0};
            ::poll(&ready, 1, 1000);
        } else if (done == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace p2pc::terminal
