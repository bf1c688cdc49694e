#include "peer/path_finder.hpp"

#include "io/task_group.hpp"

namespace p2pc::peer {
namespace {

// What the dials, the arrivals and the choice share; the coroutines hold it, so that a late one is harmless.
struct Search {
    Search(rendezvous::Dialer& d, crypto::Random& r, const Self& s, Admission::Expected& e, Deadline until)
        : dialer(d), random(r), self(s), expected(e), by(until), found(d.loop(), 1) {}

    rendezvous::Dialer& dialer;
    crypto::Random& random;
    const Self& self;
    Admission::Expected& expected;
    Deadline by;
    io::Queue<ProvenChannel> found;  // the one chosen
    std::optional<Error> identity;   // the worst that was met
};

using Shared = std::shared_ptr<Search>;

// The caller takes the first; the callee waits on each of its links for the caller's word.
asio::awaitable<void> offer(Shared search, ProvenChannel link, CallRole role) {
    if (role == CallRole::callee) {
        auto frame = co_await link.channel->read(search->by);
        if (!frame) co_return;
        const auto message = wire::parse_peer(frame->body());
        if (frame->type() != wire::FrameType::control || !message || !message->has_link_chosen()) co_return;
    }
    [[maybe_unused]] const bool first = search->found.push(std::move(link));
}

asio::awaitable<void> dial(Shared search, model::Endpoint endpoint, CallRole role) {
    auto link =
        co_await dial_peer(search->dialer, search->random, search->self, search->expected.introduction(),
                           wire::pb::LINK_FIRST, std::move(endpoint), search->by);
    if (link) {
        search->expected.cord().tie(*link->channel);
        co_await offer(search, std::move(*link), role);
    } else if (link.error().code() == Errc::identity) {
        search->identity = link.error();
    }
}

asio::awaitable<void> welcome(Shared search, io::TaskGroup& tasks, CallRole role) {
    for (;;) {
        auto link = co_await search->expected.arrived().pop(search->by);
        if (!link) co_return;
        tasks.spawn("arrived link", offer(search, std::move(*link), role));
    }
}

}  // namespace

asio::awaitable<Result<ProvenChannel>> find_path(rendezvous::Dialer& dialer, crypto::Random& random,
                                                 const Self& self, Admission::Expected& expected,
                                                 CallRole role, std::vector<model::Endpoint> candidates,
                                                 Deadline by) {
    const auto search = std::make_shared<Search>(dialer, random, self, expected, by);
    io::TaskGroup tasks(dialer.loop(), [](std::string_view, std::exception_ptr) {});
    tasks.spawn("arrivals", welcome(search, tasks, role));
    for (auto& endpoint : candidates)
        tasks.spawn("dial", dial(search, std::move(endpoint), role));
    // Also when cancelled the dials must have ended before what they use is gone.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    auto link = co_await search->found.pop(by);
    tasks.stop();
    co_await tasks.join();
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (!link) {
        if (link.error().code() == Errc::canceled) co_return link.error();
        if (search->identity) co_return *search->identity;
        co_return Error{Errc::no_path, expected.introduction().user().text() + " cannot be reached directly"};
    }
    expected.settled();
    while (expected.arrived().try_pop()) {
    }
    if (role == CallRole::caller) {
        wire::pb::PeerMessage chosen;
        chosen.mutable_link_chosen();
        auto sent = link->channel->send(wire::frame(chosen));
        if (!sent) co_return sent.error();
    }
    co_return link;
}

}  // namespace p2pc::peer
