#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

bool take_lock(int fd) noexcept {
    return ::flock(fd, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR);
}

Error io_error(std::string_view what, int error_number) {
    auto code = Errc::local_io;
    if (error_number == ENOSPC || error_number == EDQUOT) code = Errc::no_space;
    if (error_number == EPIPE) code = Errc::reader_gone;
    return Error{code, fmt::format("{}: {}", what, std::generic_category().message(error_number))};
}

}  // namespace p2pc::transfer
