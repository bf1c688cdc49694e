#include "wire/frame.hpp"

namespace p2pc::wire {
namespace {

struct Bounds {
    std::uint32_t least = 0;  // of length: type and body
    std::uint32_t most = 0;   // 0: may not come
};

Bounds bounds(FrameType type, Phase phase) {
    const bool opening = phase == Phase::opening;
    switch (type) {
        case FrameType::hello:
            return opening ? Bounds{2, max_opening} : Bounds{};
        case FrameType::challenge:
            return opening ? Bounds{33, 33} : Bounds{};
        case FrameType::proof:
            return opening ? Bounds{65, 65} : Bounds{};
        case FrameType::control:
            return {2, opening ? max_opening : max_control};
        case FrameType::beat:
            return opening ? Bounds{} : Bounds{2, 2};
        case FrameType::data:
            return phase == Phase::peer_link
                       ? Bounds{1 + data_header_size + 1, 1 + data_header_size + max_data_bytes}
                       : Bounds{};
        case FrameType::refuse:
            return phase == Phase::peer_link ? Bounds{} : Bounds{1, 64};
    }
    return {};
}

}  // namespace

Result<FrameHeader> parse_header(BytesView bytes, Phase phase) {
    const auto length = read_be<std::uint32_t>(bytes.data());
    const auto type = static_cast<FrameType>(bytes[4]);
    const Bounds allowed = bounds(type, phase);
    if (allowed.most == 0) return Error{Errc::malformed, "frame type out of place"};
    if (length < allowed.least || length > allowed.most) return Error{Errc::malformed, "frame length"};
    return FrameHeader{type, length - 1};
}

Bytes make_frame(FrameType type, BytesView body) {
    Bytes frame;
    frame.reserve(header_size + body.size());
    append_be(frame, static_cast<std::uint32_t>(body.size() + 1));
    frame.push_back(static_cast<std::byte>(type));
    append(frame, body);
    return frame;
}

ByteArray<header_size + data_header_size> make_data_header(std::uint32_t item, std::uint64_t offset,
                                                           std::uint32_t size) {
    Bytes out;
    out.reserve(header_size + data_header_size);
    append_be(out, static_cast<std::uint32_t>(1 + data_header_size + size));
    out.push_back(static_cast<std::byte>(FrameType::data));
    append_be(out, item);
    append_be(out, offset);
    ByteArray<header_size + data_header_size> fixed{};
    std::memcpy(fixed.data(), out.data(), fixed.size());
    return fixed;
}

Result<DataHeader> parse_data_header(BytesView body) {
    if (body.size() < data_header_size) return Error{Errc::malformed, "short data frame"};
    return DataHeader{read_be<std::uint32_t>(body.data()), read_be<std::uint64_t>(body.data() + 4)};
}

Result<BeatState> parse_beat(BytesView body) {
    if (body.size() != 1) return Error{Errc::malformed, "beat length"};
    const auto state = static_cast<std::uint8_t>(body[0]);
    // A state that a later version added reads as idle: it only says less.
    return state > static_cast<std::uint8_t>(BeatState::asking) ? BeatState::idle
                                                                : static_cast<BeatState>(state);
}

}  // namespace p2pc::wire
