// Ids and public keys: fixed-size values, made by whoever mints them from random bytes.
//
// PublicKey is Ed25519. Its text, everywhere a person or a record sees it, is the whole key in base32 (52
// characters): the "fingerprint".
#pragma once

#include <compare>
#include <cstring>
#include <functional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <string>

namespace p2pc::model {

template <class Tag, std::size_t N>
class FixedBytes {
  public:
    static constexpr std::size_t size = N;
    FixedBytes() = default;
    explicit FixedBytes(const ByteArray<N>& bytes) : bytes_(bytes) {}
    // Errc::malformed unless exactly N bytes.
    static Result<FixedBytes> from(BytesView bytes) {
        if (bytes.size() != N) return Error{Errc::malformed, "wrong length of an id or key"};
        FixedBytes made;
        std::memcpy(made.bytes_.data(), bytes.data(), N);
        return made;
    }
    BytesView view() const noexcept { return bytes_; }
    const ByteArray<N>& array() const noexcept { return bytes_; }
    std::string str() const { return std::string{as_text(bytes_)}; }  // raw bytes, for messages
    friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

  private:
    ByteArray<N> bytes_{};
};

using PublicKey = FixedBytes<struct PublicKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;
using DeviceId = FixedBytes<struct DeviceIdTag, 16>;
using SessionId = FixedBytes<struct SessionIdTag, 16>;
using Ticket = FixedBytes<struct TicketTag, 32>;

// One connection of a device to the server: names the server node (high 16 bits) and the connection.
using InstanceId = Strong<struct InstanceIdTag, std::uint64_t>;

std::string fingerprint(const PublicKey& key);
Result<PublicKey> parse_fingerprint(std::string_view text);
// 26 base32 characters: how records show a session.
std::string id_text(const SessionId& id);
std::string id_text(const DeviceId& id);
Result<SessionId> parse_session_id(std::string_view text);

}  // namespace p2pc::model

template <class Tag, std::size_t N>
struct std::hash<p2pc::model::FixedBytes<Tag, N>> {
    std::size_t operator()(const p2pc::model::FixedBytes<Tag, N>& id) const noexcept {
        return std::hash<std::string_view>{}(p2pc::as_text(id.view()));
    }
};
