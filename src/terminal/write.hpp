// write_all: how everything of this floor reaches a descriptor.
#pragma once

#include <string_view>

namespace p2pc::terminal {

// One write() where the kernel takes it whole; goes on after short writes and EINTR, and waits at most a
// second at a time, three times, for a non-blocking descriptor. False when it failed or nobody reads: the
// caller of a notice has nothing better to do than to go on.
bool write_all(int fd, std::string_view bytes) noexcept;

}  // namespace p2pc::terminal
