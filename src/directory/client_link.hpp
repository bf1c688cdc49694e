// ClientLink: one connection of the server, from accept to its end, as everybody but its own coroutine knows
// it: an id in the tables, a way to send it a frame, a way to end it.
//
// Lives in the frame of the coroutine that serves it and takes itself out of every table when it dies.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "channel/channel.hpp"
#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::directory {

struct Directory;
using model::InstanceId;

class ClientLink {
  public:
    // `address`: the printable remote address.
    ClientLink(std::shared_ptr<Directory> directory, InstanceId id, std::string address);
    ~ClientLink();
    ClientLink(const ClientLink&) = delete;
    ClientLink& operator=(const ClientLink&) = delete;

    InstanceId id() const noexcept { return id_; }
    const std::string& address() const noexcept { return address_; }
    const std::string& host() const noexcept { return host_; }
    const std::string& source() const noexcept { return source_; }

    // Before the proofs: whose connection to abort.
    void opening(channel::Channel& channel) noexcept { stranger_ = &channel; }
    // After them. From now on it is the link's.
    void opened(std::unique_ptr<channel::Channel> channel);
    // REQUIRES: opened()
    channel::Channel& channel() noexcept { return *channel_; }
    Instant last_heard() const noexcept;

    // False: the client reads too slowly or is gone; it is cut.
    bool deliver(const Bytes& frame);
    // At once, without a word. `why` is for the log.
    void cut(std::string why);
    // Sends `farewell` and what is queued, then ends in order, within 2 s.
    void end(Bytes farewell, std::string why);
    // Why this side ended it, empty when it did not.
    const std::string& why() const noexcept { return why_; }

  private:
    std::shared_ptr<Directory> directory_;
    InstanceId id_;
    std::string address_, host_, source_;
    channel::Channel* stranger_ = nullptr;
    std::shared_ptr<channel::Channel> channel_;
    std::string why_;
};

}  // namespace p2pc::directory
