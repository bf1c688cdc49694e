#include "directory/client_link.hpp"

#include "directory/directory.hpp"
#include "directory/source.hpp"

namespace p2pc::directory {
namespace {

constexpr Duration farewell_time = std::chrono::seconds{2};

asio::awaitable<void> say_farewell(io::Loop& loop, std::shared_ptr<channel::Channel> channel) {
    const Deadline by = loop.now() + farewell_time;
    auto sent = co_await channel->finish(by);
    // The reader of this channel sees the client's own end; a client that does not end is cut.
    if (sent) co_await io::sleep_until(loop, by);
    channel->abort();
}

}  // namespace

ClientLink::ClientLink(std::shared_ptr<Directory> directory, InstanceId id, std::string address)
    : directory_(std::move(directory)),
      id_(id),
      address_(std::move(address)),
      host_(host_of(address_)),
      source_(source_of(address_)) {
    directory_->links.emplace(id_, this);
}

ClientLink::~ClientLink() {
    directory_->links.erase(id_);
    directory_->watchers.remove(id_);
    directory_->presence.withdraw(id_);
    directory_->calls.gone(id_);
    directory_->sessions.gone(id_);
    directory_->connections.remove(id_);
    directory_->link_ended.pulse();
}

void ClientLink::opened(std::unique_ptr<channel::Channel> channel) {
    channel_ = std::move(channel);
    stranger_ = nullptr;
}

Instant ClientLink::last_heard() const noexcept {
    return channel_ ? channel_->last_heard() : Instant{};
}

bool ClientLink::deliver(const Bytes& frame) {
    if (!channel_) return false;
    if (channel_->send(frame)) return true;
    cut("queue full");
    return false;
}

void ClientLink::cut(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    if (channel_) channel_->abort();
    if (stranger_) stranger_->abort();
}

void ClientLink::end(Bytes farewell, std::string why) {
    if (!channel_) return cut(std::move(why));
    if (!why_.empty()) return;
    why_ = std::move(why);
    if (!farewell.empty() && !channel_->send(std::move(farewell))) return channel_->abort();
    directory_->tasks.spawn("farewell", say_farewell(directory_->loop, channel_));
}

}  // namespace p2pc::directory
