// People and keys for the tests of identity: the same ones in every run.
#pragma once

#include <catch2/catch.hpp>

#include "crypto/random.hpp"
#include "identity/device_list.hpp"

namespace p2pc::test {

inline crypto::SigningKey key_of(std::uint64_t seed) {
    crypto::SeededRandom random{seed};
    return crypto::SigningKey::generate(random);
}

inline model::PublicKey public_key_of(std::uint64_t seed) {
    return identity::public_key(key_of(seed));
}

inline model::UserName user(std::string_view name) {
    auto parsed = model::UserName::parse(name);
    REQUIRE(parsed);
    return *parsed;
}

inline model::DeviceName device_name(std::string_view name) {
    auto parsed = model::DeviceName::parse(name);
    REQUIRE(parsed);
    return *parsed;
}

inline model::DeviceId device_id(std::uint8_t last) {
    ByteArray<16> bytes{};
    bytes[15] = std::byte{last};
    return model::DeviceId{bytes};
}

inline identity::Device device(std::uint8_t number, std::string_view name) {
    return {device_id(number), device_name(name), public_key_of(1000 + number)};
}

inline const model::PublicKey& founding_key() {
    static const model::PublicKey key = public_key_of(1);
    return key;
}

inline std::vector<identity::Device> many_devices(std::size_t count) {
    std::vector<identity::Device> devices;
    for (std::size_t i = 0; i < count; ++i) {
        std::string name(32, 'n');
        name.replace(30, 2, std::to_string(10 + i));
        devices.push_back(device(static_cast<std::uint8_t>(i), name));
    }
    return devices;
}

inline identity::DeviceList list_of(std::uint64_t serial, std::vector<identity::Device> devices,
                                    std::string_view name = "alice") {
    auto list = identity::DeviceList::make(user(name), founding_key(), serial, std::move(devices));
    REQUIRE(list);
    return *list;
}

}  // namespace p2pc::test
