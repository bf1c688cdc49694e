// Accounts for a load: everything of one derives from its number, so that the program that seeds the
// database and the one that logs in need not exchange keys. Predictable: for benchmarks only.
#pragma once

#include <cstddef>
#include <string_view>

#include "crypto/signing.hpp"
#include "home/login.hpp"
#include "storage/records.hpp"

namespace p2pc::bench {

storage::ServerSecrets seeded_secrets();
model::PublicKey seeded_founding_key();

class SeededAccount {
  public:
    explicit SeededAccount(std::size_t number);

    // What the server keeps of it. No password opens it: its login key is nobody's.
    storage::NewAccount for_store() const;
    // What its one device keeps.
    home::Login login(const model::ServerUrl& server) const;
    const crypto::SigningKey& device_key() const noexcept { return device_key_; }

  private:
    SeededAccount(std::size_t number, crypto::SeededRandom random);

    model::UserName user_;
    crypto::SigningKey account_key_;
    crypto::SigningKey device_key_;
    identity::DeviceList list_;
};

}  // namespace p2pc::bench
