// Handshakes: those a listener has under way, each with its SSL object of some 45 to 73 KiB. When there are
// as many as there may be, the one begun first gives way: an honest one takes two round trips.
//
// Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

namespace p2pc::tls {

class Handshakes {
  public:
    static constexpr std::size_t by_default = 512;

    explicit Handshakes(std::size_t most) : most_(most) {}

    // One handshake; over when this dies.
    class Seat {
      public:
        Seat(std::shared_ptr<Handshakes> of, int fd);
        ~Seat();
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        // It had to give way.
        bool lost() const noexcept { return lost_; }

      private:
        friend class Handshakes;
        std::shared_ptr<Handshakes> of_;
        const int fd_;
        std::atomic<bool> lost_ = false;
        std::list<Seat*>::iterator place_;
    };

  private:
    const std::size_t most_;
    std::mutex guard_;
    std::list<Seat*> seats_;  // begun first, first
};

}  // namespace p2pc::tls
