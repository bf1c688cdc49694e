// StopSignal: lets any thread end a wait for a pipe that another thread is in.
#pragma once

#include <p2pc/base/result.hpp>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

class StopSignal {
  public:
    StopSignal();
    // From any thread, any number of times; for good.
    void stop() noexcept;
    // Waits until `fd` is ready for `events` (as poll has them), in error or at its end.
    //   Errc::canceled  stop() was called, before or during the wait
    //   Errc::local_io  `fd` is not open
    Status wait(int fd, short events) const;

  private:
    FileDescriptor event_;
};

}  // namespace p2pc::transfer
