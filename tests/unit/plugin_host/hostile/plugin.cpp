// Plugins as they must not be: one source, one macro a fault.
#include <p2pc/plugin/plugin.hpp>
#include <p2pc/transport/text.hpp>

namespace {

using namespace p2pc::transport;

#ifdef HOSTILE_GOOD
class Idle final : public Transport {
  public:
    const char* name() noexcept override { return "good"; }
    Parsed parse(std::string_view, std::uint16_t, Names) noexcept override { return {}; }
    Reach reach(const Address&) noexcept override { return Reach::never; }
    std::uint16_t port(const Address&) noexcept override { return 0; }
    std::size_t reachable(const Address&, std::span<Address>) noexcept override { return 0; }
    Made<Stream> connect(const Address&, const ConnectOptions&) noexcept override { return {}; }
    Made<Listener> listen(const Address&, const ListenOptions&) noexcept override { return {}; }
    Made<Stream> wrap(Stream*, Role, std::span<const Option>) noexcept override { return {}; }
    bool bound() noexcept override { return false; }
};
Transport* make() noexcept {
    return new Idle;
}
#else
[[maybe_unused]] Transport* make() noexcept {
    return nullptr;
}
#endif

}  // namespace

#define EXPORTED __attribute__((visibility("default")))

#if defined(HOSTILE_GOOD)
P2PC_TRANSPORT_PLUGIN("good", make);
#elif defined(HOSTILE_OTHERNAME)
P2PC_TRANSPORT_PLUGIN("tls", make);
#elif defined(HOSTILE_NOTHING)
P2PC_TRANSPORT_PLUGIN("nothing", make);
#elif defined(HOSTILE_NOSYMBOL)
extern "C" {
EXPORTED int p2pc_something_else = 1;
}
#elif defined(HOSTILE_TINYBLOCK)
extern "C" {
EXPORTED char p2pc_transport_plugin[5] = {'p', '2', 'p', 'c', 'p'};
}
#elif defined(HOSTILE_SHORTBLOCK)
// Says it is whole and ends before its sizes do.
extern "C" {
struct Short {
    char magic[8];
    std::uint32_t block_size;
    std::uint32_t abi;
};
EXPORTED Short p2pc_transport_plugin = {
    {'p', '2', 'p', 'c', 'p', 'l', 'u', 'g'}, sizeof(p2pc::plugin::Magic), p2pc::plugin::abi_version};
}
#elif defined(HOSTILE_LONGBLOCK)
struct Long {
    p2pc::plugin::Magic block;
    char more[8];
};
constexpr Long make_long() {
    Long made{p2pc::plugin::make_magic("longblock", make), {}};
    made.block.block_size = sizeof(Long);
    return made;
}
extern "C" {
EXPORTED Long p2pc_transport_plugin = make_long();
}
#elif defined(HOSTILE_OTHERABI)
constexpr p2pc::plugin::Magic make_other() {
    auto made = p2pc::plugin::make_magic("otherabi", make);
    made.abi = p2pc::plugin::abi_version + 1;
    made.cxx_abi = 1;  // the first difference is the one that is named
    return made;
}
extern "C" {
EXPORTED p2pc::plugin::Magic p2pc_transport_plugin = make_other();
}
#elif defined(HOSTILE_NOMAKE)
P2PC_TRANSPORT_PLUGIN("nomake", nullptr);
#endif
