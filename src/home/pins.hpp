// Pins: the account keys this home has met, by founding key and user.
//
// The file is made with the home's first device key (login_store.hpp); one that is missing or damaged is
// Errc::corrupt, never an empty one. Safe from any thread and process: a change takes the home's lock, reads
// again and merges. REQUIRES: HomePaths::make() was called.
#pragma once

#include <functional>
#include <optional>
#include <p2pc/base/result.hpp>
#include <vector>

#include "home/paths.hpp"
#include "home/state_file.hpp"
#include "identity/pin.hpp"

namespace p2pc::home {

class Pins {
  public:
    explicit Pins(const HomePaths& paths) : paths_(paths), file_(paths.pins_file(), "pins") {}

    Result<std::vector<identity::Pin>> all() const;
    Result<std::optional<identity::Pin>> find(const model::PublicKey& founding_key,
                                              const model::UserName& user) const;

    // Adds a first contact. Where another process was first, its pin is judged like any other.
    //   Errc::identity   another key is pinned by now, or a newer list was seen
    Status pin(const identity::Pin& fresh);
    // A newer device list was seen. The same serial writes nothing.
    //   Errc::not_found   no such pin
    //   Errc::identity    a newer list was seen by now
    Status raise_serial(const model::PublicKey& founding_key, const model::UserName& user,
                        std::uint64_t serial);
    // Judges an account and remembers what it shows, in one step: pins a fresh one, raises the serial of a
    // match. Gives how it stood before: Trust::fresh, pinned or verified. Writes only what changed.
    //   Errc::identity   a changed key, or an old list; the old pin stays as it is
    Result<identity::Trust> meet(const model::PublicKey& founding_key, const model::UserName& user,
                                 const model::PublicKey& account_key, std::uint64_t serial, WallTime now);

    // People compared the digits of `compared`: its pin is verified, and made if there is none.
    //   Errc::identity   another key is pinned by now, or a newer list was seen
    Status verify(identity::Pin compared);
    // A person takes the key of `next` for the one pinned. The pin is as at a first contact: not verified,
    // and its serial is that of the new key's list.
    //   Errc::not_found   no such pin
    //   Errc::identity    the pin is not `was` by now
    Status accept(const model::PublicKey& was, identity::Pin next);
    // The next contact is a first one. Gives the pin as it was.   Errc::not_found  no such pin
    Result<identity::Pin> forget(const model::PublicKey& founding_key, const model::UserName& user);

  private:
    // Under the lock: reads, lets `change` say whether it changed anything, and writes if so.
    Status update(const std::function<Result<bool>(std::vector<identity::Pin>&)>& change);

    HomePaths paths_;
    StateFile file_;
};

}  // namespace p2pc::home
