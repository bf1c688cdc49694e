// The transport "tcp": plain sockets. Nothing is hidden and nothing binds the connection to a proof.
#include <memory>
#include <p2pc/plugin/plugin.hpp>

#include "socket/options.hpp"
#include "socket/socket_stream.hpp"

namespace p2pc::tcp {
namespace {

using namespace transport;
using socket::SocketAddress;

class TcpTransport final : public Transport {
  public:
    const char* name() noexcept override { return "tcp"; }

    Parsed parse(std::string_view text, std::uint16_t default_port, Names names) noexcept override {
        return socket::parse_address(text, default_port, names);
    }
    Reach reach(const Address& address) noexcept override { return socket::classify(SocketAddress(address)); }
    std::uint16_t port(const Address& address) noexcept override { return SocketAddress(address).port(); }
    std::size_t reachable(const Address& bound, std::span<Address> into) noexcept override {
        return socket::reachable_addresses(SocketAddress(bound), into);
    }

    Made<Stream> connect(const Address& to, const ConnectOptions& options) noexcept override {
        if (auto failure = socket::unknown_option(options.options, {})) return {nullptr, *failure};
        auto made = socket::SocketStream::connect(SocketAddress(to), options);
        return {made.object, made.failure};
    }
    Made<Listener> listen(const Address& at, const ListenOptions& options) noexcept override {
        if (auto failure = socket::unknown_option(options.options, {})) return {nullptr, *failure};
        auto made = socket::SocketListener::listen(SocketAddress(at), options);
        return {made.object, made.failure};
    }
    // Plain bytes in plain bytes are the inner stream itself.
    Made<Stream> wrap(Stream* inner, Role, std::span<const Option> options) noexcept override {
        std::unique_ptr<Stream> owned(inner);
        if (auto failure = socket::unknown_option(options, {})) return {nullptr, *failure};
        return {owned.release(), {}};
    }
    bool bound() noexcept override { return false; }
};

Transport* make() noexcept {
    return new TcpTransport;
}

}  // namespace
}  // namespace p2pc::tcp

P2PC_TRANSPORT_PLUGIN("tcp", p2pc::tcp::make);
