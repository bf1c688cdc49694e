// Lists as an attacker would send them: signed by the right key or not, but never as sign() writes them.
#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;

namespace {

// Signs any bytes: what a hostile owner of an account key can do.
Bytes signed_bytes(Bytes body) {
    append(body, identity::sign(key_of(2), body).view());
    return body;
}

Bytes body_of(const identity::DeviceList& list) {
    const Bytes bytes = list.sign(key_of(2));
    return Bytes(bytes.begin(), bytes.end() - 64);
}

Errc read_error(const Bytes& bytes, std::string_view name = "alice") {
    const auto read =
        identity::DeviceList::parse_and_verify(bytes, public_key_of(2), user(name), founding_key());
    return read ? Errc::internal : read.error().code();  // internal: it was taken
}

const identity::DeviceList& good() {
    static const auto list = list_of(3, {device(1, "laptop"), device(2, "phone")});
    return list;
}

constexpr std::size_t count_at = 16 + 1 + 5 + 32 + 8;
constexpr std::size_t first_device_at = count_at + 1;

}  // namespace

TEST_CASE("a list with any bit flipped is refused", "[identity][device_list][hostile]") {
    const Bytes bytes = good().sign(key_of(2));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        Bytes changed = bytes;
        changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        CAPTURE(bit);
        CHECK(read_error(changed) == Errc::identity);
    }
}

TEST_CASE("a list cut anywhere is refused, also when what is left is signed",
          "[identity][device_list][hostile]") {
    const Bytes bytes = good().sign(key_of(2));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(read_error(Bytes(bytes.begin(), bytes.begin() + static_cast<long>(size))) ==
              (size < 64 ? Errc::malformed : Errc::identity));
    }
    const Bytes body = body_of(good());
    for (std::size_t size = 0; size < body.size(); ++size) {
        CAPTURE(size);
        CHECK(read_error(signed_bytes(Bytes(body.begin(), body.begin() + static_cast<long>(size)))) ==
              Errc::malformed);
    }
}

TEST_CASE("a signed list with a byte too many is refused", "[identity][device_list][hostile]") {
    Bytes body = body_of(good());
    CHECK(read_error(signed_bytes(body)) == Errc::internal);
    body.push_back(std::byte{0});
    CHECK(read_error(signed_bytes(body)) == Errc::malformed);
}

TEST_CASE("bytes longer than the longest list are refused unread", "[identity][device_list][hostile]") {
    CHECK(read_error(Bytes(identity::max_device_list_size + 1)) == Errc::malformed);
    CHECK(read_error(Bytes(identity::max_device_list_size)) == Errc::identity);
}

TEST_CASE("a list of another user, server or account key is refused", "[identity][device_list][hostile]") {
    const Bytes bytes = good().sign(key_of(2));
    CHECK(read_error(bytes, "alicf") == Errc::identity);
    using identity::DeviceList;
    CHECK(DeviceList::parse_and_verify(bytes, public_key_of(2), user("alice"), public_key_of(9))
              .error()
              .code() == Errc::identity);
    CHECK(
        DeviceList::parse_and_verify(bytes, public_key_of(9), user("alice"), founding_key()).error().code() ==
        Errc::identity);
}

TEST_CASE("a signed list that is not canonical is refused", "[identity][device_list][hostile]") {
    const Bytes body = body_of(good());
    SECTION("another version") {
        Bytes changed = body;
        changed[14] = std::byte{'2'};
        CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
    }
    SECTION("devices in descending order") {
        const std::size_t one = 16 + 1 + 6 + 32, two = 16 + 1 + 5 + 32;
        REQUIRE(body.size() == first_device_at + one + two);
        Bytes changed(body.begin(), body.begin() + first_device_at);
        changed.insert(changed.end(), body.begin() + first_device_at + one, body.end());
        changed.insert(changed.end(), body.begin() + first_device_at, body.begin() + first_device_at + one);
        CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
    }
    SECTION("a count of 0, 1, 3, 32, 33 or 255 over two devices") {
        for (unsigned count : {0u, 1u, 3u, 32u, 33u, 255u}) {
            Bytes changed = body;
            changed[count_at] = static_cast<std::byte>(count);
            CAPTURE(count);
            CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
        }
    }
    SECTION("no device at all") {
        Bytes changed(body.begin(), body.begin() + first_device_at);
        changed[count_at] = std::byte{0};
        CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
    }
    SECTION("serial 0") {
        Bytes changed = body;
        changed[count_at - 1] = std::byte{0};
        CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
    }
    SECTION("a name that is none") {
        for (char bad : {'-', 'A', '/', '\x1b', '\0', '\xff'}) {
            Bytes changed = body;
            changed[first_device_at + 17] = static_cast<std::byte>(bad);
            CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
            changed = body;
            changed[17] = static_cast<std::byte>(bad);
            CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
        }
    }
    SECTION("one name for two devices") {
        // Made by hand: make() would refuse it.
        Bytes changed = body_of(list_of(3, {device(1, "aa"), device(2, "ab")}));
        changed[first_device_at + 18] = std::byte{'b'};
        CHECK(read_error(signed_bytes(changed)) == Errc::malformed);
    }
}
