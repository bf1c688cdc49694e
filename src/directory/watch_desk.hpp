// WatchDesk: tells those who watch what changed, several changes at once, each frame encoded once.
//
// Belongs to the loop. Changes wait 50 ms for others of their kind: a client that reconnects is not seen
// going and coming, and a thousand logins are a few events.
#pragma once

#include <map>
#include <set>

#include "directory/presence.hpp"
#include "io/loop.hpp"

namespace p2pc::directory {

enum class Scope : std::uint8_t { online, all };

class WatchDesk {
  public:
    static constexpr Duration gather = std::chrono::milliseconds{50};

    WatchDesk(io::Loop& loop, Presence& presence) : loop_(loop), presence_(presence) {}
    ~WatchDesk();
    WatchDesk(const WatchDesk&) = delete;
    WatchDesk& operator=(const WatchDesk&) = delete;

    // From now on nothing is missed, but nothing is sent before release(): the reply to Watch, made in
    // between, comes first. Repeatable, the last scope counts.
    void add(InstanceId watcher, Scope scope);
    void release(InstanceId watcher);
    void remove(InstanceId watcher);

    void changed(const UserView& user);
    // A new account: for those who watch all of them.
    void registered(const UserView& user);

  private:
    struct Change {
        UserView view;
        bool presence = false;  // not just an account that is new
    };
    using Changes = std::map<model::UserName, Change>;
    struct Watcher {
        Scope scope = Scope::online;
        bool held = true;
        Changes missed;  // while held
    };
    void note(const UserView& user, bool presence);
    static void merge(Changes& into, const Changes& from);
    void schedule();
    void flush();

    io::Loop& loop_;
    Presence& presence_;
    std::map<InstanceId, Watcher> watchers_;
    Changes changes_;
    io::TimerId timer_;
    bool scheduled_ = false;
};

}  // namespace p2pc::directory
