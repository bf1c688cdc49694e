// The magic block a transport plugin exports (docs/plugin_abi.md).
//
// The host compares it field by field, in this order, before it calls anything; the first field that
// differs is named in the error. Plain data, so that it can be read even where the rest does not match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <p2pc/transport/transport.hpp>

namespace p2pc::plugin {

constexpr std::uint32_t abi_version = 1;
constexpr char magic_text[8] = {'p', '2', 'p', 'c', 'p', 'l', 'u', 'g'};
constexpr const char* symbol_name = "p2pc_transport_plugin";

struct Magic {
    char magic[8];
    std::uint32_t block_size;   // sizeof(Magic)
    std::uint32_t abi;          // abi_version
    std::uint32_t cxx_abi;      // __GXX_ABI_VERSION
    std::uint32_t stream_size;  // sizeof of the structures that cross by value
    std::uint32_t address_size;
    std::uint32_t options_size;
    char name[16];                             // the scheme, zero-terminated
    transport::Transport* (*make)() noexcept;  // one object for life, owned by the host
};

template <std::size_t N>
constexpr Magic make_magic(const char (&name)[N], transport::Transport* (*make)() noexcept) {
    static_assert(N >= 2 && N <= sizeof(Magic::name), "a scheme has 1 to 15 characters");
    Magic block{};
    for (int i = 0; i < 8; ++i)
        block.magic[i] = magic_text[i];
    block.block_size = sizeof(Magic);
    block.abi = abi_version;
    block.cxx_abi = __GXX_ABI_VERSION;
    block.stream_size =
        sizeof(transport::IoResult) + sizeof(transport::Accepted) + sizeof(transport::Binding);
    block.address_size = sizeof(transport::Address) + sizeof(transport::Parsed) + sizeof(transport::Failure);
    block.options_size = sizeof(transport::ConnectOptions) + sizeof(transport::ListenOptions);
    for (std::size_t i = 0; i < N; ++i)
        block.name[i] = name[i];
    block.make = make;
    return block;
}

}  // namespace p2pc::plugin

// At namespace scope of one source file of the plugin:  P2PC_TRANSPORT_PLUGIN("tcp", make_tcp);
#define P2PC_TRANSPORT_PLUGIN(NAME, MAKE)                                                                 \
    extern "C" {                                                                                          \
    __attribute__((                                                                                       \
        visibility("default"))) extern constinit const ::p2pc::plugin::Magic p2pc_transport_plugin;       \
    constinit const ::p2pc::plugin::Magic p2pc_transport_plugin = ::p2pc::plugin::make_magic(NAME, MAKE); \
    }                                                                                                     \
    static_assert(true)
