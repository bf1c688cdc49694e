// PresenceBoard: Presence in the memory of one process.
#pragma once

#include <map>

#include "base/clock.hpp"
#include "directory/presence.hpp"

namespace p2pc::directory {

class PresenceBoard final : public Presence {
  public:
    // Hands a frame to a connection of this process; false when there is none or it takes no more.
    using Deliver = std::function<bool(InstanceId to, const Bytes& frame)>;

    PresenceBoard(const base::Clock& clock, Deliver deliver) : clock_(clock), deliver_(std::move(deliver)) {}

    void announce(Instance instance) override;
    void withdraw(InstanceId id) override;
    std::optional<Instance> find(InstanceId id) const override;
    std::vector<Instance> instances_of(const model::UserName& user) const override;
    std::optional<UserView> view_of(const model::UserName& user) const override;
    std::vector<UserView> online_users() const override;
    void watch(OnChange on_change) override { on_change_ = std::move(on_change); }
    // `told` is called before it returns.
    void signal(InstanceId to, Bytes message, Told told) override;

    std::size_t size() const noexcept { return users_of_.size(); }

  private:
    struct Present {
        std::vector<Instance> instances;  // oldest first
        std::optional<WallTime> since;    // while one of them takes something
    };
    static UserView view(const Present& user);
    void settle(const UserView& before, Present& user);

    const base::Clock& clock_;
    Deliver deliver_;
    OnChange on_change_;
    std::map<model::UserName, Present> users_;
    std::map<InstanceId, model::UserName> users_of_;
};

}  // namespace p2pc::directory
