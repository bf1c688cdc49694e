#include "identity/password_keys.hpp"

#include <cstring>

#include "crypto/hash.hpp"
#include "crypto/seal.hpp"
#include "crypto/text.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view salt_label{"p2pc/password/v1\0", 17};
constexpr std::string_view wrap_label{"p2pc/account-key/v1\0", 20};
constexpr std::size_t version_size = 8;
static_assert(wrapped_account_key_size == version_size + crypto::Seed::size + crypto::seal_overhead);

ByteArray<16> salt_for(const model::PublicKey& founding_key, const model::UserName& user) {
    const auto hash = crypto::hash256({as_bytes(salt_label), founding_key.view(), as_bytes(user.text())});
    ByteArray<16> salt;
    std::memcpy(salt.data(), hash.data(), salt.size());
    return salt;
}

Bytes associated_data(const WrapOwner& owner, BytesView version) {
    Bytes out;
    append(out, as_bytes(wrap_label));
    out.push_back(static_cast<std::byte>(owner.user.text().size()));
    append(out, as_bytes(owner.user.text()));
    append(out, owner.founding_key.view());
    append(out, version);
    return out;
}

}  // namespace

Result<PasswordKeys> derive_password_keys(std::string_view password, const model::PublicKey& founding_key,
                                          const model::UserName& user, crypto::PasswordCost cost) {
    auto spelled = crypto::nfc(password);
    if (!spelled) return Error{Errc::usage, "the password is not UTF-8 text"};
    auto stretched = crypto::stretch_password(as_bytes(*spelled), salt_for(founding_key, user), cost);
    crypto::wipe(*spelled);
    if (!stretched) return stretched.error();
    crypto::SigningKey login{crypto::Seed{stretched->view().first<32>()}};
    crypto::SecretBytes<32> wrapping{stretched->view().last<32>()};
    return PasswordKeys{std::move(login), std::move(wrapping)};
}

Bytes wrap_account_key(const crypto::SigningKey& account_key, const PasswordKeys& keys,
                       const WrapOwner& owner, std::uint64_t version, crypto::Random& random) {
    Bytes out;
    append_be<std::uint64_t>(out, version);
    append(out,
           crypto::seal(keys.wrapping(), account_key.seed().view(), associated_data(owner, out), random));
    return out;
}

Result<std::uint64_t> wrapped_version(BytesView wrapped) {
    if (wrapped.size() != wrapped_account_key_size) return Error{Errc::malformed, "wrapped account key"};
    return read_be<std::uint64_t>(wrapped.data());
}

Result<crypto::SigningKey> unwrap_account_key(BytesView wrapped, const PasswordKeys& keys,
                                              const WrapOwner& owner, const model::PublicKey& account_key) {
    crypto::Seed seed;
    const bool opens = wrapped.size() == wrapped_account_key_size &&
                       crypto::open(keys.wrapping(), wrapped.subspan(version_size),
                                    associated_data(owner, wrapped.first(version_size)), seed.writable());
    if (!opens) return Error{Errc::integrity, "the wrapped account key does not open"};
    crypto::SigningKey opened{seed};
    if (public_key(opened) != account_key) {
        return Error{Errc::identity, "the wrapped account key is another one"};
    }
    return opened;
}

}  // namespace p2pc::identity
