// DeviceList: which devices speak for an account, as signed by the account key
// (docs/decisions/0005-identity.md).
//
// Valid from birth: 1 to 32 devices in ascending order of their ids; no id, name or key twice; serial 1 or
// more. One list has one encoding. A value: safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <vector>

#include "identity/keys.hpp"
#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::identity {

struct Device {
    Device(model::DeviceId device_id, model::DeviceName device_name, const model::PublicKey& device_key)
        : id(device_id), name(std::move(device_name)), key(device_key) {}
    model::DeviceId id;
    model::DeviceName name;
    model::PublicKey key;
    friend bool operator==(const Device&, const Device&) = default;
};

constexpr std::size_t max_devices = 32;
// The longest signed list: every name of 32 characters.
constexpr std::size_t max_device_list_size =
    16 + (1 + 32) + 32 + 8 + 1 + max_devices * (16 + 1 + 32 + 32) + 64;

class DeviceList {
  public:
    // Sorts the devices. What the class promises is checked:
    //   Errc::limit          no device, or more than 32
    //   Errc::device_taken   a name twice
    //   Errc::malformed      an id or a key twice, or serial 0
    static Result<DeviceList> make(model::UserName user, const model::PublicKey& founding_key,
                                   std::uint64_t serial, std::vector<Device> devices);

    // Reads what sign() wrote. The bytes are hostile by assumption; nothing is allocated before the length
    // is checked against max_device_list_size.
    //   Errc::malformed   not one canonical encoding, trailing bytes included
    //   Errc::identity    not signed by `account_key`, or the list of another user or server
    static Result<DeviceList> parse_and_verify(BytesView bytes, const model::PublicKey& account_key,
                                               const model::UserName& user,
                                               const model::PublicKey& founding_key);

    // The encoding with its signature: what travels and is stored.
    Bytes sign(const crypto::SigningKey& account_key) const;

    // The next list: serial + 1. Errors as make() has them; `without` also Errc::not_found.
    Result<DeviceList> with(Device device) const;
    Result<DeviceList> without(const model::DeviceId& id) const;
    // The next list without those of `gone` that are in it.
    Result<DeviceList> without_any(const std::vector<model::DeviceId>& gone) const;
    // `with` as one list: those of `gone` out, `device` in, under a name that is free then.
    Result<DeviceList> with(Device device, const std::vector<model::DeviceId>& gone) const;

    const model::UserName& user() const noexcept { return user_; }
    const model::PublicKey& founding_key() const noexcept { return founding_key_; }
    std::uint64_t serial() const noexcept { return serial_; }
    const std::vector<Device>& devices() const noexcept { return devices_; }
    // Null when the list has none. Valid as long as the list.
    const Device* find(const model::DeviceId& id) const noexcept;
    const Device* find(const model::PublicKey& key) const noexcept;
    const Device* find(const model::DeviceName& name) const noexcept;
    // `wanted`, or the first of wanted-2, wanted-3 ... that no device has, cut to stay a name.
    model::DeviceName free_name(const model::DeviceName& wanted) const;

    friend bool operator==(const DeviceList&, const DeviceList&) = default;

  private:
    DeviceList(model::UserName user, const model::PublicKey& founding_key, std::uint64_t serial,
               std::vector<Device> devices)
        : user_(std::move(user)),
          founding_key_(founding_key),
          serial_(serial),
          devices_(std::move(devices)) {}
    Bytes unsigned_encoding() const;

    model::UserName user_;
    model::PublicKey founding_key_;
    std::uint64_t serial_;
    std::vector<Device> devices_;
};

}  // namespace p2pc::identity
