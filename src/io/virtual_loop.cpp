#include "io/virtual_loop.hpp"

namespace p2pc::io {

bool VirtualLoop::run_until(const std::function<bool()>& done, Instant limit) {
    for (;;) {
        do {
            if (done()) return true;
        } while (poll_one());
        const Instant next = next_timer();
        if (next == never || next > limit) break;
        advance_to(next);
        run_due();
    }
    if (limit != never) advance_to(limit);
    return false;
}

void VirtualLoop::run_until(Instant time) {
    run_until([] { return false; }, time);
}

void VirtualLoop::advance_to(Instant time) {
    if (time > now()) manual_.advance(time - now());
}

}  // namespace p2pc::io
