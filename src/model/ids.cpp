#include "model/ids.hpp"

#include "base/encoding.hpp"

namespace p2pc::model {

std::string fingerprint(const PublicKey& key) {
    return base::to_base32(key.view());
}

Result<PublicKey> parse_fingerprint(std::string_view text) {
    auto bytes = base::from_base32(text);
    if (!bytes) return Error{Errc::usage, "a fingerprint is 52 characters of a-z and 2-7"};
    auto key = PublicKey::from(*bytes);
    if (!key) return Error{Errc::usage, "a fingerprint is 52 characters of a-z and 2-7"};
    return key;
}

std::string id_text(const SessionId& id) {
    return base::to_base32(id.view());
}
std::string id_text(const DeviceId& id) {
    return base::to_base32(id.view());
}

Result<SessionId> parse_session_id(std::string_view text) {
    auto bytes = base::from_base32(text);
    if (!bytes) return bytes.error();
    return SessionId::from(*bytes);
}

}  // namespace p2pc::model
