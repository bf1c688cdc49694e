// HomeLock: held by whoever changes a home, so that processes change it one after the other.
//
// Reading needs no lock (files are replaced whole); a change takes it, reads again, merges and writes. It is
// let go at the end of its life, also when the process is killed. Waiting for it blocks, for milliseconds.
#pragma once

#include <p2pc/base/result.hpp>

#include "home/descriptor.hpp"
#include "home/paths.hpp"

namespace p2pc::home {

class HomeLock {
  public:
    // Errc::local_io. REQUIRES: the folders are made; this thread holds no HomeLock of this home.
    static Result<HomeLock> take(const HomePaths& paths);

  private:
    explicit HomeLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

}  // namespace p2pc::home
