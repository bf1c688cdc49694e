// SessionBook: the sessions that run, and when each of them is over (docs/architecture.md, "Sessions").
//
// Belongs to the loop. The store has the truth about each session; kept here is which connection stands for
// which end. A session with both ends connected is active; with one, unconfirmed, for as long as that one
// stays; with none, it ends `lost` after a while, ended when it was last seen. It ends as soon as one end
// reports; what the other says later amends the row.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "directory/call_choice.hpp"
#include "storage/store_queue.hpp"

namespace p2pc::directory {

using model::SessionId;
using storage::Party;

class SessionBook {
  public:
    SessionBook(const base::Clock& clock, storage::StoreQueue& store, const base::Log& log,
                Duration lost_after)
        : clock_(clock), store_(store), log_(log), lost_after_(lost_after) {}

    // What ran when the server stopped: nobody of it is back yet. REQUIRES: the store marked them all.
    void restore(const std::vector<storage::SessionRecord>& sessions);

    // `done` gets the store's errors; on ok the session runs.
    using Done = std::function<void(Status)>;
    void open(storage::NewSession session, CallKind kind, InstanceId caller, InstanceId callee, Done done);

    // A device says that these links of its are up, from this connection. Sessions that are over, or not
    // this device's, are passed over.
    void confirm(InstanceId from, const model::UserName& user, const model::DeviceId& device,
                 std::span<const SessionId> up);
    // That connection has ended.
    void gone(InstanceId instance);
    // A device was removed from its account, or without one all of them with the account: `tell` hears of
    // each connection at the other end of a session of it, now, or when that end is back and says that the
    // link is up.
    void removed(const model::UserName& user, const std::optional<model::DeviceId>& device);
    using Tell = std::function<void(InstanceId to, const SessionId& session)>;
    void on_removed(Tell tell) { tell_removed_ = std::move(tell); }
    // One end's report.   Errc::not_found  Errc::refused, as DirectoryStore::report_end
    void report(SessionId id, model::UserName user, model::DeviceId device, storage::EndReport report,
                Done done);
    // Ends what nobody came back to. Called every few seconds.
    void sweep();

    // Which of these instances have a conversation with `other`.
    std::set<InstanceId> talking(const std::vector<Instance>& instances, const model::UserName& other) const;
    // The connection at the other end of a session of this one, if it is there.
    std::optional<InstanceId> other_end(SessionId id, InstanceId one) const;
    std::size_t size() const noexcept { return running_.size(); }

  private:
    struct End {
        model::UserName user;
        model::DeviceId device;
        std::optional<InstanceId> instance;
    };
    struct Running {
        CallKind kind = CallKind::files;
        std::vector<End> ends;  // caller, callee
        WallTime last_seen;     // when neither is there
        Deadline lost_at = never;
        bool removed = false;  // the device of an end was removed: no link of it may stand
    };
    End* end_to_claim(Running& session, const model::UserName& user, const model::DeviceId& device,
                      InstanceId by);
    void abandon(const SessionId& id, Running& session);
    void forget(const SessionId& id);
    template <class Job>
    void write(std::string_view what, const SessionId& id, Job job);

    const base::Clock& clock_;
    storage::StoreQueue& store_;
    const base::Log& log_;
    Duration lost_after_;
    Tell tell_removed_;
    std::map<SessionId, Running> running_;
    std::map<InstanceId, std::set<SessionId>> of_instance_;
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // for the store's answers
};

}  // namespace p2pc::directory
