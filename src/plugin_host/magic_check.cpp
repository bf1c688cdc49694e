#include "plugin_host/magic_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace p2pc::plugin_host {

namespace {

using plugin::Magic;

struct Field {
    const char* name;
    std::size_t offset;
};

constexpr Field numbers[] = {
    {"block_size", offsetof(Magic, block_size)},     {"abi", offsetof(Magic, abi)},
    {"cxx_abi", offsetof(Magic, cxx_abi)},           {"stream_size", offsetof(Magic, stream_size)},
    {"address_size", offsetof(Magic, address_size)}, {"options_size", offsetof(Magic, options_size)}};

std::uint32_t number_at(BytesView block, std::size_t offset) {
    std::uint32_t value = 0;
    std::memcpy(&value, block.data() + offset, sizeof value);
    return value;
}

// Bytes of a stranger's block as text for an error line.
std::string quoted(BytesView bytes) {
    std::string text;
    for (const auto byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        if (c == 0) break;
        text += c >= 0x20 && c < 0x7f ? std::string(1, static_cast<char>(c)) : fmt::format("\\x{:02x}", c);
    }
    return "'" + text + "'";
}

}  // namespace

std::optional<std::string> first_difference(BytesView block, std::string_view scheme) {
    const auto differs = [](std::string_view field, const auto& expected, const auto& found) {
        return fmt::format("{}: expected {}, found {}", field, expected, found);
    };
    const Magic ours = plugin::make_magic("x", nullptr);
    const BytesView expected{reinterpret_cast<const std::byte*>(&ours), sizeof ours};
    constexpr std::size_t head = offsetof(Magic, block_size) + sizeof(std::uint32_t);
    if (block.size() < head) return differs("block_size", sizeof(Magic), block.size());

    const BytesView magic = block.first(sizeof ours.magic);
    const BytesView our_magic = expected.first(sizeof ours.magic);
    if (!std::ranges::equal(magic, our_magic)) return differs("magic", quoted(our_magic), quoted(magic));
    for (const auto& field : numbers) {
        const auto wanted = number_at(expected, field.offset);
        const auto found = number_at(block, field.offset);
        if (found != wanted) return differs(field.name, wanted, found);
        // What the block says of its size is now right; what the linker says must agree.
        if (block.size() != sizeof(Magic)) return differs("block_size", sizeof(Magic), block.size());
    }

    const BytesView name = block.subspan(offsetof(Magic, name), sizeof ours.name);
    const auto text = as_text(name);
    if (text.substr(0, text.find('\0')) != scheme) {
        return differs("name", quoted(as_bytes(scheme)), quoted(name));
    }
    Magic theirs;
    std::memcpy(&theirs, block.data(), sizeof theirs);
    if (theirs.make == nullptr) return differs("make", "a function", "null");
    return std::nullopt;
}

}  // namespace p2pc::plugin_host
