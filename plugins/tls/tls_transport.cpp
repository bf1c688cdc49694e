// The transport "tls": TLS 1.3 over the sockets of "tcp", or over any stream given to wrap().
//
// Options: connect {"ca", FILE} checks the certificate against FILE and the server name; listen {"cert",
// FILE}, {"key", FILE} replace the throw-away certificate; listen {"handshakes", N} is how many of those that
// come may be in their handshake at once (default 512): then the one begun first is dropped.
#include <charconv>
#include <memory>
#include <mutex>
#include <p2pc/plugin/plugin.hpp>

#include "socket/options.hpp"
#include "socket/socket_stream.hpp"
#include "tls/context.hpp"
#include "tls/tls_stream.hpp"

namespace p2pc::tls {
namespace {

using namespace transport;
using socket::SocketAddress;

class TlsListener final : public Listener {
  public:
    TlsListener(std::unique_ptr<Listener> sockets, ContextPtr context, std::size_t handshakes)
        : sockets_(std::move(sockets)),
          context_(std::move(context)),
          handshakes_(std::make_shared<Handshakes>(handshakes)) {}
    int poll_fd() noexcept override { return sockets_->poll_fd(); }
    void on_ready(void (*call)(void*), void* context) noexcept override { sockets_->on_ready(call, context); }
    Accepted try_accept() noexcept override {
        const auto accepted = sockets_->try_accept();
        if (accepted.status != IoStatus::ok) return accepted;
        std::unique_ptr<Stream> inner(accepted.stream);
        return {new TlsStream(std::move(inner), context_, Role::accepting, {}, handshakes_), IoStatus::ok};
    }
    Address local() noexcept override { return sockets_->local(); }
    Failure failure() noexcept override { return sockets_->failure(); }

  private:
    std::unique_ptr<Listener> sockets_;
    ContextPtr context_;
    std::shared_ptr<Handshakes> handshakes_;
};

// 0: none.
std::size_t handshakes_of(std::string_view text) noexcept {
    if (text.empty()) return Handshakes::by_default;
    std::size_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// Contexts are made when first needed: a client pays for no certificate.
class SharedContext {
  public:
    template <class Make>
    const MadeContext& get(Make make) {
        std::call_once(once_, [&] { made_ = make(); });
        return made_;
    }

  private:
    std::once_flag once_;
    MadeContext made_;
};

class TlsTransport final : public Transport {
  public:
    const char* name() noexcept override { return "tls"; }
    Parsed parse(std::string_view text, std::uint16_t default_port, Names names) noexcept override {
        return socket::parse_address(text, default_port, names);
    }
    Reach reach(const Address& address) noexcept override { return socket::classify(SocketAddress(address)); }
    std::uint16_t port(const Address& address) noexcept override { return SocketAddress(address).port(); }
    std::size_t reachable(const Address& bound, std::span<Address> into) noexcept override {
        return socket::reachable_addresses(SocketAddress(bound), into);
    }

    Made<Stream> connect(const Address& to, const ConnectOptions& options) noexcept override {
        if (auto failure = socket::unknown_option(options.options, {"ca"})) return {nullptr, *failure};
        const auto ca = socket::option_value(options.options, "ca");
        if (!ca.empty() && options.server_name.empty()) {
            return {nullptr, make_failure(Errc::usage, "a CA file, but no server name to check")};
        }
        auto made = socket::SocketStream::connect(SocketAddress(to), options);
        if (made.object == nullptr) return {nullptr, made.failure};
        std::unique_ptr<Stream> inner(made.object);
        if (ca.empty()) return over(std::move(inner), shared(options.role), options.role, {});
        return over(std::move(inner), connecting_context(ca), options.role, std::string{options.server_name});
    }

    Made<Listener> listen(const Address& at, const ListenOptions& options) noexcept override {
        if (auto failure = socket::unknown_option(options.options, {"cert", "key", "handshakes"})) {
            return {nullptr, *failure};
        }
        const auto handshakes = handshakes_of(socket::option_value(options.options, "handshakes"));
        if (handshakes == 0) return {nullptr, make_failure(Errc::usage, "handshakes: not a number above 0")};
        const auto certificate = socket::option_value(options.options, "cert");
        const auto key = socket::option_value(options.options, "key");
        const auto context = certificate.empty() && key.empty() ? shared(Role::accepting)
                                                                : accepting_context(certificate, key);
        if (!context.context) return {nullptr, context.failure};
        auto made = socket::SocketListener::listen(SocketAddress(at), options);
        if (made.object == nullptr) return {nullptr, made.failure};
        return {new TlsListener(std::unique_ptr<Listener>(made.object), context.context, handshakes), {}};
    }

    Made<Stream> wrap(Stream* inner, Role role, std::span<const Option> options) noexcept override {
        std::unique_ptr<Stream> owned(inner);
        if (auto failure = socket::unknown_option(options, {})) return {nullptr, *failure};
        return over(std::move(owned), shared(role), role, {});
    }

    bool bound() noexcept override { return true; }

  private:
    const MadeContext& shared(Role role) noexcept {
        if (role == Role::accepting) return accepting_.get([] { return accepting_context({}, {}); });
        return connecting_.get([] { return connecting_context({}); });
    }
    static Made<Stream> over(std::unique_ptr<Stream> inner, const MadeContext& context, Role role,
                             std::string verified_host) noexcept {
        if (!context.context) return {nullptr, context.failure};
        return {new TlsStream(std::move(inner), context.context, role, std::move(verified_host)), {}};
    }

    SharedContext connecting_;
    SharedContext accepting_;
};

Transport* make() noexcept {
    return new TlsTransport;
}

}  // namespace
}  // namespace p2pc::tls

P2PC_TRANSPORT_PLUGIN("tls", p2pc::tls::make);
