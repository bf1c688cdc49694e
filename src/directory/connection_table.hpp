// ConnectionTable: who holds a connection, and who must go when there is no room. Pure: ids only.
//
// A stranger is a connection that has not logged in. At the limit the oldest stranger of the source with
// most strangers goes, which may be the newcomer's own; someone logged in never does. A source that has as
// many strangers as it may loses its oldest one for the newcomer.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <p2pc/base/result.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::directory {

using model::InstanceId;

struct ConnectionLimits {
    std::size_t all = 20'000;
    std::size_t a_device = 32;
    std::size_t an_account = 128;
    std::size_t strangers_a_source = 1024;
};

class ConnectionTable {
  public:
    explicit ConnectionTable(ConnectionLimits limits) : limits_(limits) {}

    // A new stranger. Returns who must be cut for it, if anybody (already out of the table).
    //   Errc::too_many_connections  everybody else is logged in
    Result<std::optional<InstanceId>> add(InstanceId id, const std::string& source);
    // The stranger logged in.
    //   Errc::too_many_connections  its device or account holds as many as it may; it stays a stranger
    Status log_in(InstanceId id, const model::UserName& user, const model::DeviceId& device);
    // Repeatable.
    void remove(InstanceId id);

    // Those logged in, oldest first.
    std::vector<InstanceId> of_account(const model::UserName& user) const;
    std::vector<InstanceId> of_device(const model::UserName& user, const model::DeviceId& device) const;
    std::size_t size() const noexcept { return entries_.size(); }
    std::size_t strangers() const noexcept { return strangers_; }

  private:
    struct Entry {
        std::string source;  // of a stranger
        std::optional<model::UserName> user;
        model::DeviceId device;
    };
    void add_stranger(InstanceId id, const std::string& source);
    void remove_stranger(InstanceId id, const std::string& source);

    ConnectionLimits limits_;
    std::map<InstanceId, Entry> entries_;
    std::map<std::string, std::set<InstanceId>> by_source_;  // strangers; ids grow, so oldest first
    std::set<std::pair<std::size_t, std::string>> crowds_;   // the same by their number
    std::map<model::UserName, std::set<InstanceId>> accounts_;
    std::size_t strangers_ = 0;
};

}  // namespace p2pc::directory
