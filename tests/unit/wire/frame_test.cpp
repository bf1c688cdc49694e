#include "wire/frame.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::wire;

namespace {

Bytes header(std::uint32_t length, std::uint8_t type) {
    Bytes out;
    append_be(out, length);
    out.push_back(static_cast<std::byte>(type));
    return out;
}

bool accepted(std::uint32_t length, FrameType type, Phase phase) {
    return parse_header(header(length, static_cast<std::uint8_t>(type)), phase).ok();
}

}  // namespace

TEST_CASE("a frame longer or shorter than the limit of its type and phase is refused from its header",
          "[wire][frame]") {
    struct Row {
        FrameType type;
        Phase phase;
        std::uint32_t least, most;
    };
    const Row rows[] = {
        {FrameType::hello, Phase::opening, 2, 4096},
        {FrameType::challenge, Phase::opening, 33, 33},
        {FrameType::proof, Phase::opening, 65, 65},
        {FrameType::control, Phase::opening, 2, 4096},
        {FrameType::control, Phase::server_link, 2, 65536},
        {FrameType::control, Phase::peer_link, 2, 65536},
        {FrameType::beat, Phase::server_link, 2, 2},
        {FrameType::data, Phase::peer_link, 14, 1024 * 1024 + 13},
        {FrameType::refuse, Phase::opening, 1, 64},
    };
    for (const auto& row : rows) {
        INFO("type " << int(row.type) << " phase " << int(row.phase));
        CHECK_FALSE(accepted(row.least - 1, row.type, row.phase));
        CHECK(accepted(row.least, row.type, row.phase));
        CHECK(accepted(row.most, row.type, row.phase));
        CHECK_FALSE(accepted(row.most + 1, row.type, row.phase));
        CHECK_FALSE(accepted(0xffffffff, row.type, row.phase));
    }
}

TEST_CASE("a frame type out of its phase is refused", "[wire][frame]") {
    struct Row {
        FrameType type;
        std::uint32_t length;
        bool opening, server_link, peer_link;
    };
    const Row rows[] = {
        {FrameType::hello, 60, true, false, false}, {FrameType::challenge, 33, true, false, false},
        {FrameType::proof, 65, true, false, false}, {FrameType::control, 60, true, true, true},
        {FrameType::beat, 2, false, true, true},    {FrameType::data, 14, false, false, true},
        {FrameType::refuse, 2, true, true, false},
    };
    for (const auto& row : rows) {
        INFO("type " << int(row.type));
        CHECK(accepted(row.length, row.type, Phase::opening) == row.opening);
        CHECK(accepted(row.length, row.type, Phase::server_link) == row.server_link);
        CHECK(accepted(row.length, row.type, Phase::peer_link) == row.peer_link);
    }
    for (int type : {0, 8, 22, 71, 255}) {
        CHECK_FALSE(parse_header(header(10, static_cast<std::uint8_t>(type)), Phase::opening).ok());
    }
}

TEST_CASE("a frame of no length, or an empty one out of its phase, is refused whatever its type",
          "[wire][frame]") {
    for (const auto phase : {Phase::opening, Phase::server_link, Phase::peer_link}) {
        for (int type = 0; type < 256; ++type) {
            INFO("type " << type << " phase " << int(phase));
            CHECK_FALSE(parse_header(header(0, static_cast<std::uint8_t>(type)), phase));
            const bool may_be_empty =
                static_cast<FrameType>(type) == FrameType::refuse && phase != Phase::peer_link;
            CHECK(parse_header(header(1, static_cast<std::uint8_t>(type)), phase).ok() == may_be_empty);
        }
    }
}

TEST_CASE("a data header says the item, the offset and its own length", "[wire][frame]") {
    const auto bytes = make_data_header(7, 0x0102030405060708, 3);
    const auto parsed = parse_header(BytesView{bytes}.first(header_size), Phase::peer_link);
    REQUIRE(parsed);
    CHECK(parsed->type == FrameType::data);
    CHECK(parsed->body_size == data_header_size + 3);
    const auto data = parse_data_header(BytesView{bytes}.subspan(header_size));
    REQUIRE(data);
    CHECK(data->item == 7);
    CHECK(data->offset == 0x0102030405060708);
    CHECK_FALSE(parse_data_header(BytesView{bytes}.subspan(header_size, data_header_size - 1)));
}

TEST_CASE("a beat state this version does not know reads as idle", "[wire][frame]") {
    const auto state = [](int value) {
        const auto byte = static_cast<std::byte>(value);
        return *parse_beat(BytesView{&byte, 1});
    };
    CHECK(state(3) == BeatState::verifying);
    CHECK(state(5) == BeatState::asking);
    for (const int later : {6, 200, 255})
        CHECK(state(later) == BeatState::idle);
    CHECK_FALSE(parse_beat({}));
    CHECK_FALSE(parse_beat(Bytes(2)));
}
