#include "bench/login/accounts.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "identity/keys.hpp"

namespace p2pc::bench {
namespace {

constexpr std::uint64_t server_seed = 0;
constexpr std::size_t wrapped_size = 8 + 24 + 32 + 16;  // docs/protocol.md, "Keys from a password"

// Nothing here comes from elsewhere: a failure is a bug of this program.
template <class T>
T sure(Result<T> made) {
    if (!made) throw std::logic_error(describe(made.error()));
    return std::move(*made);
}

identity::DeviceList one_device(const model::UserName& user, const crypto::SigningKey& device_key,
                                crypto::SeededRandom& random) {
    const identity::Device device{model::DeviceId{random.array<16>()},
                                  sure(model::DeviceName::parse("bench")), identity::public_key(device_key)};
    return sure(identity::DeviceList::make(user, seeded_founding_key(), 1, {device}));
}

}  // namespace

storage::ServerSecrets seeded_secrets() {
    crypto::SeededRandom random{server_seed};
    storage::ServerSecrets secrets;
    secrets.founding_seed = random.array<32>();
    secrets.hmac_key = random.array<32>();
    return secrets;
}

model::PublicKey seeded_founding_key() {
    static const auto key =
        identity::public_key(crypto::SigningKey{crypto::Seed{seeded_secrets().founding_seed}});
    return key;
}

SeededAccount::SeededAccount(std::size_t number)
    : SeededAccount(number, crypto::SeededRandom{server_seed + 1 + number}) {}

SeededAccount::SeededAccount(std::size_t number, crypto::SeededRandom random)
    : user_(sure(model::UserName::parse(fmt::format("user{:06}", number)))),
      account_key_(crypto::SigningKey::generate(random)),
      device_key_(crypto::SigningKey::generate(random)),
      list_(one_device(user_, device_key_, random)) {}

storage::NewAccount SeededAccount::for_store() const {
    const auto& device = list_.devices().front();
    storage::DeviceList list{
        list_.serial(), list_.sign(account_key_), {{device.id, device.name, device.key}}};
    const auto account_key = identity::public_key(account_key_);
    return {user_, account_key, account_key, Bytes(wrapped_size), std::move(list), WallTime{}};
}

home::Login SeededAccount::login(const model::ServerUrl& server) const {
    return sure(home::Login::make(server, seeded_founding_key(), user_, identity::public_key(account_key_),
                                  list_.devices().front().id, list_.sign(account_key_)));
}

}  // namespace p2pc::bench
