#include "peer/lane_order.hpp"

#include <algorithm>

namespace p2pc::peer {

bool LaneOrder::needs_mark(std::size_t lane) const noexcept {
    return heads_[lane].number == 0 && (lane != 0 || next_ != 0);
}

Status LaneOrder::mark(std::size_t lane, const wire::pb::Batch& batch) {
    const auto number = batch.number();
    // Whatever the delivery's own link brought before is over with batch 1, so that one comes there.
    const bool begins = next_ == 0 && lane == 0;
    const bool fits = begins ? number == 1 : number > 1 && number >= next_;
    const auto is_it = [number](const Head& head) { return head.number == number; };
    const bool twice = std::any_of(heads_.begin(), heads_.end(), is_it);
    if (!fits || twice || batch.size() == 0) return Error{Errc::malformed, "a batch out of order"};
    if (begins) next_ = 1;
    heads_[lane].number = number;
    heads_[lane].left = batch.size();
    return {};
}

bool LaneOrder::has_turn(std::size_t lane) const noexcept {
    return heads_[lane].number == next_ && (lane == 0 || next_ != 0);
}

bool LaneOrder::is_ahead() const noexcept {
    return std::any_of(heads_.begin(), heads_.end(),
                       [this](const Head& head) { return head.number > next_; });
}

bool LaneOrder::take(std::size_t lane, std::size_t size) {
    auto& head = heads_[lane];
    head.left -= size;
    if (head.left > 0) return false;
    head.number = 0;
    ++next_;
    return true;
}

}  // namespace p2pc::peer
