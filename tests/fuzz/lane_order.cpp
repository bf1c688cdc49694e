// The order of batches over several connections, as the other side announces them, against plain bookkeeping.
#include "peer/lane_order.hpp"

#include <map>

#include "fuzz/fuzz.hpp"

using namespace p2pc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    peer::LaneOrder order;
    std::map<std::size_t, std::pair<std::uint64_t, std::size_t>> heads;  // lane -> batch, bytes left
    std::uint64_t taken = 0;                                             // batches, in order
    while (!input.empty()) {
        const std::size_t lane = input.below(peer::LaneOrder::most_lanes);
        // Batch 1 is announced on the first lane when it likes.
        const bool begins = lane == 0 && !order.numbered() && input.below(2) == 0;
        if (begins || order.needs_mark(lane)) {
            wire::pb::Batch batch;
            const auto step = input.byte();
            // Mostly near the next one.
            batch.set_number(step == 255 ? input.number<std::uint64_t>() : taken + step % 8);
            batch.set_size(input.below(4) == 0 ? input.number<std::uint32_t>() : input.byte());
            if (!order.mark(lane, batch)) return 0;  // the delivery ends
            MUST(batch.number() > taken && batch.size() > 0);
            for (const auto& [other, head] : heads)
                MUST(head.first != batch.number());
            heads[lane] = {batch.number(), batch.size()};
        }
        if (!order.numbered()) continue;
        // One lane at most has its turn: the one with the batch behind those taken.
        for (std::size_t i = 0; i < peer::LaneOrder::most_lanes; ++i) {
            const auto head = heads.find(i);
            const bool next = head != heads.end() && head->second.first == taken + 1;
            if (head != heads.end()) MUST(order.has_turn(i) == next);
        }
        const auto head = heads.find(lane);
        if (head == heads.end() || !order.has_turn(lane)) continue;
        const std::size_t frame = input.number<std::uint16_t>();
        MUST(order.fits(lane, frame) == (frame <= head->second.second));
        if (!order.fits(lane, frame)) continue;
        head->second.second -= frame;
        const bool whole = head->second.second == 0;
        MUST(order.take(lane, frame) == whole);
        if (whole) {
            heads.erase(head);
            ++taken;
        }
    }
    return 0;
}
