// Presence: who is connected, what they take, where they listen - and a way to reach an instance. The seam
// between the nodes of a server (docs/architecture.md, "Presence and signalling"): values and instance ids
// only; no connection, nor a pointer to one, passes it.
//
// Belongs to the loop of its node. Queries answer from what this node knows now; announce, withdraw and
// signal may take effect later. PresenceBoard is the one of a server of one node.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::directory {

using model::InstanceId;

enum class Program : std::uint8_t { none, chat, receive, invite };

// What an account shows to others: its key and the newest signed device list.
class AccountCard {
  public:
    AccountCard(const model::PublicKey& key, std::uint64_t serial, Bytes signed_list)
        : account_key(key), list_serial(serial), device_list(std::move(signed_list)) {}
    model::PublicKey account_key;
    std::uint64_t list_serial;
    Bytes device_list;
};

// One connection of a device.
class Instance {
  public:
    Instance(InstanceId instance, model::UserName of_user, model::DeviceId device_id, model::DeviceName named,
             std::shared_ptr<const AccountCard> of_account, std::string host)
        : id(instance),
          user(std::move(of_user)),
          device(device_id),
          device_name(std::move(named)),
          account(std::move(of_account)),
          observed(std::move(host)) {}
    bool makes_online() const noexcept { return program == Program::chat || program == Program::receive; }

    InstanceId id;
    model::UserName user;
    model::DeviceId device;
    model::DeviceName device_name;
    std::shared_ptr<const AccountCard> account;
    std::string observed;  // the host the server sees it come from
    Program program = Program::none;
    std::vector<std::string> endpoints;
};

constexpr std::size_t max_endpoints = 8;  // more candidates than that nobody tries

struct OnlineDevice {
    model::DeviceName name;
    std::vector<std::string> endpoints;  // of its instances that take something, the newest one's first
    friend bool operator==(const OnlineDevice&, const OnlineDevice&) = default;
};

// A user as others see them.
class UserView {
  public:
    UserView(model::UserName user, const model::PublicKey& key) : name(std::move(user)), account_key(key) {}
    bool online() const noexcept { return since.has_value(); }
    friend bool operator==(const UserView&, const UserView&) = default;

    model::UserName name;
    model::PublicKey account_key;
    std::optional<WallTime> since;  // online since then
    std::vector<OnlineDevice> devices;
};

enum class Delivery { delivered, gone };

class Presence {
  public:
    virtual ~Presence() = default;

    // A new instance, or a known one in a new state. A newer device list becomes that of all its account's
    // instances.
    virtual void announce(Instance instance) = 0;
    // Repeatable.
    virtual void withdraw(InstanceId id) = 0;

    virtual std::optional<Instance> find(InstanceId id) const = 0;
    // Newest connection first.
    virtual std::vector<Instance> instances_of(const model::UserName& user) const = 0;
    // Nothing for a user without any instance.
    virtual std::optional<UserView> view_of(const model::UserName& user) const = 0;
    // By name.
    virtual std::vector<UserView> online_users() const = 0;

    // Called with a user as others see them now, whenever that has changed. One watcher a node.
    using OnChange = std::function<void(const UserView& user)>;
    virtual void watch(OnChange on_change) = 0;

    // Hands `message`, a frame for its client, to an instance wherever it is connected; `told`, which may
    // be empty, learns what became of it.
    using Told = std::function<void(Delivery)>;
    virtual void signal(InstanceId to, Bytes message, Told told) = 0;
};

}  // namespace p2pc::directory
