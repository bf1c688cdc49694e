#include "peer/session.hpp"

namespace p2pc::peer {

Session::Session(rendezvous::Dialer& dialer, crypto::Random& random, const Self& self,
                 std::unique_ptr<Admission::Expected> expected, CallRole role, ProvenChannel first,
                 identity::Trust trust, std::vector<model::Endpoint> candidates, WallTime started)
    : dialer_(dialer),
      random_(random),
      self_(self),
      expected_(std::move(expected)),
      role_(role),
      first_(std::move(first.channel)),
      dialled_(first.opened_here),
      link_name_(first.name),
      list_serial_(first.peer_list.serial()),
      trust_(trust),
      candidates_(std::move(candidates)),
      started_(started) {
    expected_->on_revoked([this] {
        if (spares_) spares_->drop();
    });
}

Session::~Session() = default;

asio::awaitable<Result<std::unique_ptr<channel::Channel>>> Session::open_bulk(Deadline by) {
    if (revoked()) co_return removed();
    Error last{Errc::no_path, user().text() + " cannot be reached for another connection"};
    for (const auto& candidate : candidates_) {
        const auto left = by - dialer_.loop().now();
        if (left <= Duration::zero()) break;
        auto link =
            co_await dial_peer(dialer_, random_, self_, introduction(), wire::pb::LINK_BULK, candidate, by);
        if (revoked()) co_return removed();
        if (link) co_return tied(std::move(*link));
        last = link.error();
    }
    co_return last;
}

asio::awaitable<Result<std::unique_ptr<channel::Channel>>> Session::open_spare(Deadline by) {
    if (!spares_ || revoked()) co_return Errc::closed;
    auto spare = co_await spares_->next(by);
    if (!spare) co_return spare.error();
    auto link = co_await prove_peer(dialer_, random_, self_, introduction(), wire::pb::LINK_BULK,
                                    std::move(*spare), by);
    if (revoked()) co_return Errc::closed;
    if (!link) co_return link.error();
    co_return tied(std::move(*link));
}

asio::awaitable<Result<std::unique_ptr<channel::Channel>>> Session::accept_bulk(Deadline by) {
    auto link = co_await expected_->arrived().pop(by);
    if (!link && link.error().code() == Errc::closed) co_return removed();
    if (!link) co_return link.error();
    co_return std::move(link->channel);
}

void Session::set_spares(std::unique_ptr<Spares> spares) {
    spares_ = std::move(spares);
    if (spares_ && revoked()) spares_->drop();
}

std::unique_ptr<channel::Channel> Session::tied(ProvenChannel link) {
    expected_->cord().tie(*link.channel);
    return std::move(link.channel);
}

Error Session::removed() const {
    return Error{Errc::peer_offline,
                 "the device " + user().text() + "/" + device().text() + " was removed from its account"};
}

void Session::count(const channel::Channel& bulk) {
    more_in_ += bulk.bytes_in();
    more_out_ += bulk.bytes_out();
}

home::Report Session::report(model::EndReason reason, WallTime ended) const {
    return home::Report{
        id(), self_.login().device().id, reason, ByteCount{bytes_in()}, ByteCount{bytes_out()}, path(),
        ended};
}

asio::awaitable<void> Session::close(Deadline by) {
    auto said = co_await say_close(*first_, by);
    if (said) co_await hear_end(*first_, by);
    first_->abort();
}

asio::awaitable<Status> say_close(channel::Channel& link, Deadline by) {
    wire::pb::PeerMessage message;
    message.mutable_close();
    auto sent = link.send(wire::frame(message));
    if (sent) sent = co_await link.finish(by);
    co_return sent;
}

asio::awaitable<void> hear_end(channel::Channel& link, Deadline by) {
    for (bool more = true; more;) {
        auto frame = co_await link.read(by);
        more = static_cast<bool>(frame);
    }
    link.abort();
}

}  // namespace p2pc::peer
