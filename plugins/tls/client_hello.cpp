#include "tls/client_hello.hpp"

#include <cstdint>

namespace p2pc::tls {

namespace {

// Reads forward; past the end it stays bad and gives zeros.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
    std::size_t number(std::size_t width) noexcept {
        std::size_t value = 0;
        for (const auto byte : take(width))
            value = value << 8 | std::to_integer<std::size_t>(byte);
        return value;
    }
    std::span<const std::byte> take(std::size_t size) noexcept {
        good_ = good_ && size <= bytes_.size();
        if (!good_) return {};
        const auto taken = bytes_.first(size);
        bytes_ = bytes_.subspan(size);
        return taken;
    }
    bool good() const noexcept { return good_; }
    bool more() const noexcept { return good_ && !bytes_.empty(); }

  private:
    std::span<const std::byte> bytes_;
    bool good_ = true;
};

constexpr std::size_t record_header = 5;
constexpr std::size_t handshake_header = 4;
constexpr std::size_t supported_versions = 43;
constexpr std::size_t tls_1_3 = 0x0304;

bool offers_tls_1_3(std::span<const std::byte> extension) noexcept {
    Reader reader(extension);
    Reader versions(reader.take(reader.number(1)));
    while (versions.more()) {
        if (versions.number(2) == tls_1_3 && versions.good()) return true;
    }
    return false;
}

bool well_formed(std::span<const std::byte> body) noexcept {
    Reader reader(body);
    reader.take(2 + 32);            // legacy version, random
    reader.take(reader.number(1));  // legacy session id
    reader.take(reader.number(2));  // cipher suites
    reader.take(reader.number(1));  // compression methods
    Reader extensions(reader.take(reader.number(2)));
    if (!reader.good() || reader.more()) return false;
    bool offered = false;
    while (extensions.more()) {
        const auto type = extensions.number(2);
        const auto value = extensions.take(extensions.number(2));
        if (type == supported_versions) offered = offered || offers_tls_1_3(value);
    }
    return extensions.good() && offered;
}

}  // namespace

Hello check_client_hello(std::span<const std::byte> bytes) noexcept {
    const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    const std::size_t size = bytes.size();
    if (size > 0 && at(0) != 0x16) return Hello::refused;  // a handshake record
    if (size > 1 && at(1) != 0x03) return Hello::refused;
    if (size < record_header) return Hello::incomplete;
    const std::size_t record = at(3) << 8 | at(4);
    if (record_header + record > max_client_hello || record < handshake_header) return Hello::refused;
    if (size > 5 && at(5) != 0x01) return Hello::refused;  // a ClientHello
    if (size < record_header + handshake_header) return Hello::incomplete;
    // One message in one record: a hello of this size has no reason to be cut.
    const std::size_t message = at(6) << 16 | at(7) << 8 | at(8);
    if (message + handshake_header != record) return Hello::refused;
    if (size < record_header + record) return Hello::incomplete;
    return well_formed(bytes.subspan(record_header + handshake_header, message)) ? Hello::complete
                                                                                 : Hello::refused;
}

}  // namespace p2pc::tls
