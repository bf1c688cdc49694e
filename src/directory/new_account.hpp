// The rule of a registration, as one job of the store: who may have a name, and what a token is good for
// (docs/decisions/0020-admin.md).
#pragma once

#include <optional>

#include "directory/options.hpp"
#include "storage/directory_store.hpp"

namespace p2pc::directory {

class Registering {
  public:
    Registering(storage::NewAccount what, const storage::AuditEntry& entry)
        : account(std::move(what)), row(entry) {}
    storage::NewAccount account;
    storage::AuditEntry row;  // its event is set by what happens
    Registration mode = Registration::open;
    std::uint64_t most_users = 0;
    std::optional<storage::TokenHash> token;
    storage::AttemptKey attempts;  // of the name: a reset forgets them
};

enum class Became { registered, known, reset };

class Registered {
  public:
    Registered(Became how, storage::AccountRecord as) : became(how), account(std::move(as)) {}
    Became became;
    storage::AccountRecord account;
};

// The same account key again is known and needs no token: its first reply was lost.
//   Errc::name_taken  open to all, or with a token of a registration: the name has another account key
//   Errc::bad_token   a token is needed, or the one given is not good for this; nothing is said of the name
//   Errc::refused     closed, and no token of a reset came
//   Errc::limit       as many users as there may be
Result<Registered> register_within(storage::DirectoryStore& store, const Registering& wanted);

}  // namespace p2pc::directory
