#include "peer/listener.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "peer/lane_order.hpp"

namespace p2pc::peer {
namespace {

// A sender far away comes with all the lanes of its delivery at once: room for some of them.
constexpr std::size_t most_strangers = 4 * LaneOrder::most_lanes;

}  // namespace

Result<std::unique_ptr<Listener>> Listener::start(rendezvous::Dialer& dialer, Admission& admission,
                                                  const model::ListenUrl& at) {
    const auto found = dialer.plugins().find(at.scheme());
    if (!found) return found.error();
    transport::Transport& by = **found;
    const auto parsed = by.parse(at.address(), 0, transport::Names::resolve);
    if (parsed.count == 0)
        return Error{Errc::usage,
                     fmt::format("cannot listen at {}: {}", at.text(), parsed.failure.text.data())};
    const auto made = by.listen(parsed.addresses[0], {});
    if (made.object == nullptr) {
        return Error{made.failure.code,
                     fmt::format("cannot listen at {}: {}", at.text(), made.failure.text.data())};
    }
    return std::unique_ptr<Listener>(
        new Listener(dialer, admission, by, std::unique_ptr<transport::Listener>{made.object}));
}

Listener::Listener(rendezvous::Dialer& dialer, Admission& admission, transport::Transport& by,
                   std::unique_ptr<transport::Listener> listener)
    : admission_(admission),
      transport_(by),
      bound_(listener->local()),
      acceptor_(dialer.loop(), std::move(listener)),
      tasks_(dialer.loop(), [](std::string_view, std::exception_ptr) {}) {
    tasks_.spawn("peer listener", accept());
}

Listener::~Listener() {
    acceptor_.close();
}

asio::awaitable<void> Listener::accept() {
    for (;;) {
        auto stream = co_await acceptor_.accept();
        if (!stream) co_return;
        if (tasks_.running() > most_strangers) continue;  // dropped: the oldest of them is gone in 10 s
        tasks_.spawn("peer admission", admission_.serve(std::move(*stream)));
    }
}

std::optional<Listener::Seen> Listener::seen(transport::Reach server) const {
    const auto port = transport_.port(bound_);
    if (port == 0 || server == transport::Reach::loopback) return std::nullopt;
    return Seen{transport_.name(), port};
}

std::vector<model::Endpoint> Listener::endpoints(transport::Reach server, const std::string& observed) const {
    std::array<transport::Address, 32> addresses;
    const auto count = std::min(transport_.reachable(bound_, addresses), addresses.size());
    std::vector<model::Endpoint> out, loopback;
    const auto at = seen(server);
    if (!observed.empty() && at) {
        const bool v6 = observed.find(':') != std::string::npos && observed.front() != '[';
        out.emplace_back(at->scheme, fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), observed, at->port));
    }
    for (std::size_t i = 0; i < count; ++i) {
        model::Endpoint endpoint{transport_.name(), std::string{addresses[i].printable()}};
        const bool is_loopback = transport_.reach(addresses[i]) == transport::Reach::loopback;
        auto& list = is_loopback ? loopback : out;
        if (std::find(list.begin(), list.end(), endpoint) == list.end()) list.push_back(std::move(endpoint));
    }
    // Loopback addresses say nothing to anybody beyond this machine.
    if (server == transport::Reach::loopback) out.insert(out.begin(), loopback.begin(), loopback.end());
    if (out.size() > 8) out.resize(8, out.front());
    return out;
}

}  // namespace p2pc::peer
