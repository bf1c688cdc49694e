// Frame headers: what is accepted is within the limits of docs/protocol.md and is written the same.
#include "wire/frame.hpp"

#include "fuzz/fuzz.hpp"

using namespace p2pc;
using wire::FrameType;
using wire::Phase;

namespace {

// The table of docs/protocol.md: the greatest length, by type and phase; 0: may not come.
std::uint32_t most(FrameType type, Phase phase) {
    const bool opening = phase == Phase::opening;
    switch (type) {
        case FrameType::hello:
            return opening ? 4096 : 0;
        case FrameType::challenge:
            return opening ? 33 : 0;
        case FrameType::proof:
            return opening ? 65 : 0;
        case FrameType::control:
            return opening ? 4096 : 65536;
        case FrameType::beat:
            return opening ? 0 : 2;
        case FrameType::data:
            return phase == Phase::peer_link ? 1024 * 1024 + 13 : 0;
        case FrameType::refuse:
            return phase == Phase::peer_link ? 0 : 64;
    }
    return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const auto phase = static_cast<Phase>(input.below(3));
    const auto head = input.take(wire::header_size);
    if (head.size() < wire::header_size) return 0;
    const auto body = as_bytes(input.rest());

    const auto header = wire::parse_header(as_bytes(head), phase);
    const auto length = read_be<std::uint32_t>(as_bytes(head).data());
    const auto type = static_cast<FrameType>(head[4]);
    if (header) {
        MUST(header->type == type && header->body_size + 1 == length);
        MUST(length >= 1 && length <= most(type, phase));
    } else {
        MUST(header.error().code() == Errc::malformed);
        // Only the few below their least are refused in between.
        MUST(length > most(type, phase) || length < 65);
    }

    const auto item = wire::parse_data_header(body);
    MUST(item.ok() == (body.size() >= wire::data_header_size));
    if (item) {
        const auto content = static_cast<std::uint32_t>(body.size() - wire::data_header_size);
        const auto again = wire::make_data_header(item->item, item->offset, content);
        const Bytes frame = wire::make_frame(FrameType::data, body);
        MUST(std::ranges::equal(again, BytesView{frame}.first(again.size())));
        if (content > 0) MUST(wire::parse_header(frame, Phase::peer_link).ok());
    }
    const auto beat = wire::parse_beat(body);
    MUST(beat.ok() == (body.size() == 1));
    if (beat) MUST(*beat <= wire::BeatState::asking);
    return 0;
}
