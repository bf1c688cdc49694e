// Directory: what the connections of one server share. One loop; each member is its own owner's rule.
//
// Coroutines hold it by shared_ptr: it lives until the last of them is gone.
#pragma once

#include <map>
#include <memory>
#include <p2pc/base/result.hpp>

#include "base/log.hpp"
#include "crypto/random.hpp"
#include "crypto/signing.hpp"
#include "directory/attempt_table.hpp"
#include "directory/audit_desk.hpp"
#include "directory/call_router.hpp"
#include "directory/connection_table.hpp"
#include "directory/options.hpp"
#include "directory/presence_board.hpp"
#include "directory/rate.hpp"
#include "directory/session_book.hpp"
#include "directory/watch_desk.hpp"
#include "io/event.hpp"
#include "io/loop.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "storage/store_queue.hpp"

namespace p2pc::directory {

class ClientLink;

struct Directory {
    Directory(io::Loop& on, storage::StoreQueue& with, const base::Log& to, crypto::Random& from,
              ServerOptions chosen, const storage::ServerSecrets& secrets);
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    // Names this node (always 1 here) and a connection never seen before.
    InstanceId next_instance() { return InstanceId{(std::uint64_t{1} << 48) | ++last_instance_}; }
    // Hands a frame to a connection of this node.
    bool deliver(InstanceId to, const Bytes& frame);
    ClientLink* link(InstanceId id) const;

    io::Loop& loop;
    storage::StoreQueue& store;
    const base::Log& log;
    crypto::Random& random;
    const ServerOptions options;
    const crypto::SigningKey founding;
    const model::PublicKey founding_key;

    const WallTime started;

    AttemptTable attempts;
    AuditDesk audit;
    FailureDelays delays;
    RegistrationLimit registrations;
    ConnectionTable connections;
    PresenceBoard presence;
    WatchDesk watchers;
    SessionBook sessions;
    CallRouter calls;
    std::map<InstanceId, ClientLink*> links;  // each takes itself out
    io::Event link_ended;
    TokenBucket stranger_lines;  // log lines about those who never logged in
    bool draining = false;
    io::TaskGroup tasks;

  private:
    std::uint64_t last_instance_ = 0;
};

}  // namespace p2pc::directory
