#include "rendezvous/dialer.hpp"

#include <fmt/format.h>

namespace p2pc::rendezvous {
namespace {

Error failure_of(const transport::Failure& failure) {
    return Error{failure.code, failure.text.data()};
}

Result<transport::Parsed> parse_text(transport::Transport* with, std::string text, std::uint16_t port,
                                     transport::Names names) {
    auto parsed = with->parse(text, port, names);
    if (parsed.count == 0) return failure_of(parsed.failure);
    return parsed;
}

}  // namespace

bool Dialer::plain_allowed(transport::Transport& by, transport::Reach reach) const {
    return by.bound() || reach == transport::Reach::loopback || options_.plain == PlainTransports::allowed;
}

asio::awaitable<Result<Dialled>> Dialer::connect(transport::Transport* by_transport,
                                                 transport::Address address, std::string host, Deadline by) {
    const auto reach = by_transport->reach(address);
    if (!plain_allowed(*by_transport, reach)) {
        co_return Error{Errc::plain_refused,
                        fmt::format("{}://{} is not encrypted (--insecure-plain allows it)",
                                    by_transport->name(), address.printable())};
    }
    transport::ConnectOptions options;
    options.server_name = host;
    transport::Option ca;
    if (options_.tls_ca && by_transport->bound() && !host.empty()) {
        ca.key = "ca";
        ca.value = *options_.tls_ca;
        options.options = std::span{&ca, 1};
    }
    const auto made = by_transport->connect(address, options);
    if (made.object == nullptr) co_return failure_of(made.failure);
    auto connection =
        std::make_unique<io::Connection>(loop_, std::unique_ptr<transport::Stream>{made.object});
    auto ready = co_await connection->ready(by);
    if (!ready) co_return ready.error();
    co_return Dialled{std::move(connection), reach};
}

asio::awaitable<Result<Dialled>> Dialer::dial_server(model::ServerUrl url, Deadline by) {
    auto found = plugins_.find(url.scheme());
    if (!found) co_return found.error();
    transport::Transport* const by_transport = *found;
    auto parsed = parse_text(by_transport, url.address(), model::default_port, transport::Names::numeric);
    if (!parsed) {
        // A name: the resolver may block for long.
        auto resolve = [by_transport, text = url.address()] {
            return parse_text(by_transport, text, model::default_port, transport::Names::resolve);
        };
        parsed = co_await pool_.run(std::move(resolve));
    }
    if (!parsed) co_return parsed.error();
    Error last{Errc::cannot_connect};
    for (std::size_t i = 0; i < parsed->count; ++i) {
        // Each address gets an equal share of what time is left, so that a silent one does not use up all.
        const auto left = by - loop_.now();
        if (left <= Duration::zero()) break;
        const auto share = left / static_cast<int>(parsed->count - i);
        auto dialled = co_await connect(by_transport, parsed->addresses[i], url.host(), loop_.now() + share);
        if (dialled) co_return dialled;
        last = dialled.error();
        const auto code = last.code();
        if (code == Errc::plain_refused || code == Errc::identity || code == Errc::usage) co_return last;
    }
    co_return Error{Errc::cannot_connect, fmt::format("{}: {}", url.text(), describe(last))};
}

asio::awaitable<Result<Dialled>> Dialer::dial_candidate(model::Endpoint endpoint, Deadline by) {
    auto found = plugins_.find(endpoint.scheme());
    if (!found) co_return found.error();
    auto parsed = parse_text(*found, endpoint.address(), 0, transport::Names::numeric);
    if (!parsed) co_return parsed.error();
    auto dialled = co_await connect(*found, parsed->addresses[0], std::string(), by);
    co_return dialled;
}

}  // namespace p2pc::rendezvous
