#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>

#include "plugin_host/magic_check.hpp"

using namespace p2pc;
using plugin::Magic;
using plugin_host::first_difference;

namespace {

transport::Transport* make() noexcept {
    return nullptr;
}

Bytes block() {
    const Magic magic = plugin::make_magic("demo", make);
    Bytes bytes(sizeof magic);
    std::memcpy(bytes.data(), &magic, sizeof magic);
    return bytes;
}

}  // namespace

TEST_CASE("a block as the header makes it has no difference", "[plugin_host][magic]") {
    CHECK(first_difference(block(), "demo") == std::nullopt);
}

TEST_CASE("a changed byte in any field is named by that field", "[plugin_host][magic]") {
    struct Row {
        std::size_t at;
        const char* field;
    };
    const Row rows[] = {{0, "magic: "},
                        {7, "magic: "},
                        {offsetof(Magic, block_size), "block_size: "},
                        {offsetof(Magic, abi), "abi: "},
                        {offsetof(Magic, cxx_abi), "cxx_abi: "},
                        {offsetof(Magic, stream_size), "stream_size: "},
                        {offsetof(Magic, address_size), "address_size: "},
                        {offsetof(Magic, options_size), "options_size: "},
                        {offsetof(Magic, name), "name: "}};
    for (const auto& row : rows) {
        auto bytes = block();
        bytes[row.at] ^= std::byte{1};
        const auto difference = first_difference(bytes, "demo");
        REQUIRE(difference);
        CHECK_THAT(*difference, Catch::StartsWith(row.field));
    }
}

TEST_CASE("a block one byte short or long is refused, as is every shorter one", "[plugin_host][magic]") {
    const auto whole = block();
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(first_difference(BytesView{whole}.first(size), "demo"));
    auto longer = whole;
    longer.push_back({});
    CHECK(first_difference(longer, "demo"));
}

TEST_CASE("a name without its final zero is read no further than its field", "[plugin_host][magic]") {
    auto bytes = block();
    std::memset(bytes.data() + offsetof(Magic, name), 'x', sizeof(Magic::name));
    CHECK(first_difference(bytes, "demo") == "name: expected 'demo', found 'xxxxxxxxxxxxxxxx'");
}

TEST_CASE("control bytes of a block are shown escaped", "[plugin_host][magic]") {
    auto bytes = block();
    bytes[0] = std::byte{0x1b};
    CHECK_THAT(*first_difference(bytes, "demo"), Catch::EndsWith("found '\\x1b2pcplug'"));
}
