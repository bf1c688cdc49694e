// The magic block of a plugin: used only where every field is ours.
#include "fuzz/fuzz.hpp"
#include "plugin_host/magic_check.hpp"
#include "plugin_host/plugin_file.hpp"

using namespace p2pc;

namespace {

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

transport::Transport* make_none() noexcept {
    return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const auto ways = input.below(4);
    const auto scheme = input.piece();
    const auto raw = input.rest();
    Bytes block;
    append(block, as_bytes(raw));
    // A right one with some bytes over it: the fuzzer need not guess pointers.
    if (ways != 0) {
        auto magic = plugin::make_magic("tls", make_none);
        if (raw.size() >= 4) {
            const auto at = (static_cast<unsigned char>(raw[0]) * 256U + static_cast<unsigned char>(raw[1])) %
                            sizeof magic;
            reinterpret_cast<char*>(&magic)[at] = raw[2];
        }
        block.resize(sizeof magic);
        std::memcpy(block.data(), &magic, sizeof magic);
        if (ways == 2) block.resize(raw.size() % (2 * sizeof magic));
    }
    const auto different = plugin_host::first_difference(block, ways == 3 ? "tls" : scheme);
    if (different) {
        MUST(printable(*different) && different->size() < 200 + 4 * scheme.size());
    } else {
        MUST(block.size() == sizeof(plugin::Magic));
        const auto ours = plugin::make_magic("tls", make_none);
        MUST(std::memcmp(block.data(), &ours, offsetof(plugin::Magic, name)) == 0);
    }
    if (plugin_host::valid_scheme(scheme))
        MUST(printable(scheme) && scheme.find('/') == std::string_view::npos);
    return 0;
}
