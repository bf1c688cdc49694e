// Delivery: files to or from the other end of a session over one link, shown on the desk and by the front.
//
// One loop; it lives until send() or receive() completes, of which one is called, once.
#pragma once

#include "channel/channel.hpp"
#include "commands/chat/room.hpp"
#include "peer/delivery_receiver.hpp"
#include "peer/delivery_sender.hpp"

namespace p2pc::commands::chat {

// What is offered: paths that can be sent, and how much that is.
class Files {
  public:
    // Tells the front of each path that cannot be sent, and why.
    static Files look(Room& room, const std::vector<std::string>& paths);
    bool empty() const noexcept { return paths_.empty(); }
    const std::vector<std::string>& paths() const noexcept { return paths_; }
    std::uint64_t total() const noexcept { return total_; }
    std::string first_name() const;
    // "report.pdf" or "report.pdf and 2 more", safe to show.
    std::string title() const;

  private:
    std::vector<std::string> paths_;
    std::uint64_t total_ = 0;
};

class Delivery final : public peer::DeliveryObserver {
  public:
    Delivery(Room& room, const peer::Session& session) : room_(room), session_(session) {}

    // Both: the error is about the link, when it is of no more use, or about the whole delivery (refused,
    // canceled); the front was told. REQUIRES: `link` outlives the await and nobody else reads it.
    asio::awaitable<Status> send(channel::Channel& link, Files files, Number number);
    // From an Offer that was read from `link`: asks, answers, receives into the current folder.
    asio::awaitable<Status> receive(channel::Channel& link, wire::pb::Offer offer);

    // Tells the front of each of `files` that it was not sent.
    void not_sent(const Files& files, Number number, const Error& why);
    // From another coroutine of the loop: gives it up.
    void cancel();

    void item_ended(const peer::ItemOutcome& outcome) override;
    void progressed(const peer::Progress& progress) override;

  private:
    Status answer(channel::Channel& link, std::uint32_t delivery, Errc code);

    Room& room_;
    const peer::Session& session_;
    Direction direction_ = Direction::received;
    Number number_ = 0;
    bool canceled_ = false;
    std::size_t told_ = 0;  // items the front was told of
    peer::DeliverySender* sender_ = nullptr;
    peer::DeliveryReceiver* receiver_ = nullptr;
};

}  // namespace p2pc::commands::chat
