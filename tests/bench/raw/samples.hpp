// Round trips, and what is said about them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace p2pc::bench {

class Samples {
  public:
    using Clock = std::chrono::steady_clock;

    void add(Clock::duration took) {
        micros_.push_back(std::chrono::duration<double, std::micro>(took).count());
    }

    // One line of JSON. The first tenth is left out: caches, heaps and CPUs warm up in it.
    void print() {
        micros_.erase(micros_.begin(), micros_.begin() + static_cast<std::ptrdiff_t>(micros_.size() / 10));
        std::sort(micros_.begin(), micros_.end());
        std::printf("{\"count\":%zu,\"p50\":%.2f,\"p99\":%.2f}\n", micros_.size(), at(0.5), at(0.99));
    }

  private:
    double at(double share) const {
        if (micros_.empty()) return 0;
        return micros_[static_cast<std::size_t>(share * static_cast<double>(micros_.size() - 1))];
    }

    std::vector<double> micros_;
};

}  // namespace p2pc::bench
