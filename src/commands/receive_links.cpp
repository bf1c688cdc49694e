#include "commands/receive_links.hpp"

#include "io/sleep.hpp"
#include "peer/lane_order.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration offer_time = std::chrono::seconds{10};
constexpr std::size_t most_at_once = 2 * peer::LaneOrder::most_lanes;

}  // namespace

ReceiveLinks::ReceiveLinks(io::Loop& loop, peer::Session& session)
    : loop_(loop),
      session_(session),
      runs_(loop),
      changed_(loop),
      tasks_(loop, [this](std::string_view, std::exception_ptr) { link().abort(); }) {
    tasks_.spawn("links of a session", accept());
}

asio::awaitable<void> ReceiveLinks::accept() {
    for (;;) {
        auto link = co_await session_.accept_bulk(never);
        if (!link) {
            changed_.set();
            co_return;
        }
        // Nobody needs that many.
        if (tasks_.running() > most_at_once) continue;
        tasks_.spawn("a link", look_at(std::move(*link)));
    }
}

void ReceiveLinks::carry(std::uint32_t delivery, peer::DeliveryReceiver& receiver) {
    delivery_ = delivery;
    receiver_ = &receiver;
    runs_.set();
}

void ReceiveLinks::carried(peer::DeliveryReceiver& receiver) {
    receiver_ = nullptr;
    runs_.reset();
    for (const auto& lane : receiver.take_lanes())
        session_.count(*lane);
}

// A lane may be here before we are back from what is done between our answer and the data.
asio::awaitable<void> ReceiveLinks::join(std::unique_ptr<channel::Channel> link, std::uint32_t delivery) {
    auto runs = co_await runs_.wait(loop_.now() + offer_time);
    if (runs && receiver_ != nullptr && delivery_ == delivery) receiver_->add_lane(std::move(link));
}

// A link takes over when it brings the offer of the delivery again: the other side may dial several and use
// one.
asio::awaitable<void> ReceiveLinks::look_at(std::unique_ptr<channel::Channel> link) {
    auto frame = co_await link->read(loop_.now() + offer_time);
    if (!frame || frame->type() != wire::FrameType::control) co_return;
    auto message = wire::parse_peer(frame->body());
    if (!message) co_return;
    if (message->has_lane()) co_await join(std::move(link), message->lane().delivery());
    if (!message->has_offer()) co_return;
    if (receiver_ != nullptr && delivery_ != message->offer().delivery()) co_return;
    arrived_ = std::make_unique<Arrived>(std::move(link), std::move(*message->mutable_offer()));
    changed_.set();
    if (receiver_ != nullptr) receiver_->give_up_link();
    this->link().abort();
}

asio::awaitable<Result<wire::pb::Offer>> ReceiveLinks::next(Deadline by) {
    waits_ = true;
    Status changed;
    bool waits = !arrived_ && !given_up_ && !session_.revoked();
    while (waits) {
        changed = co_await changed_.wait(by);
        changed_.reset();
        waits = changed && !arrived_ && !given_up_ && !session_.revoked();
    }
    waits_ = false;
    if (given_up_) co_return Errc::canceled;
    if (session_.revoked()) co_return session_.removed();
    if (!arrived_) co_return changed.error();
    if (later_) session_.count(*later_);
    later_ = std::move(arrived_->link);
    Result<wire::pb::Offer> offer{std::move(arrived_->offer)};
    arrived_.reset();
    co_return offer;
}

void ReceiveLinks::give_up() {
    given_up_ = true;
    changed_.set();
}

void ReceiveLinks::stop() {
    given_up_ = true;
    changed_.set();
    wire::pb::PeerMessage message;
    message.mutable_close();
    const auto said = link().alive() ? link().send(wire::frame(message)) : Status{Errc::closed};
    if (said) {
        tasks_.spawn("ending", drop_soon());
    } else {
        link().abort();
    }
}

asio::awaitable<void> ReceiveLinks::drop_soon() {
    co_await io::sleep_until(loop_, loop_.now() + peer::last_words);
    link().abort();
}

asio::awaitable<void> ReceiveLinks::close() {
    tasks_.stop();
    co_await tasks_.join();
    if (later_) session_.count(*later_);
    later_.reset();
}

}  // namespace p2pc::commands
