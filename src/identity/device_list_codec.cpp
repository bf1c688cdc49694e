// The encoding of a DeviceList and its strict reader:
//
//   "p2pc/devices/v1" 0x00 | u8 length, user | founding key 32 | serial u64 | count u8
//   | count times (id 16 | u8 length, name | key 32) | signature 64, over all before it
#include "identity/device_list.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view magic{"p2pc/devices/v1\0", 16};

void append_text(Bytes& out, std::string_view text) {
    out.push_back(static_cast<std::byte>(text.size()));  // names have at most 32 characters
    append(out, as_bytes(text));
}

// Takes from the front of hostile bytes. After one failure everything it gives is empty and ok() is false.
class Reader {
  public:
    explicit Reader(BytesView bytes) : left_(bytes) {}
    BytesView take(std::size_t count) {
        if (!ok_ || count > left_.size()) {
            ok_ = false;
            return {};
        }
        const BytesView taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }
    std::size_t take_count() {
        const BytesView one = take(1);
        return one.empty() ? 0 : std::to_integer<std::size_t>(one[0]);
    }
    std::string_view take_text() { return as_text(take(take_count())); }
    template <class Id>
    Id take_id() {
        auto id = Id::from(take(Id::size));
        return id ? *id : Id{};
    }
    bool ok() const noexcept { return ok_; }
    // REQUIRES: ok()
    bool at_end() const noexcept { return left_.empty(); }

  private:
    BytesView left_;
    bool ok_ = true;
};

Error malformed(const char* what) {
    return Error{Errc::malformed, std::string{"device list: "} + what};
}

}  // namespace

Bytes DeviceList::unsigned_encoding() const {
    Bytes out;
    out.reserve(max_device_list_size);
    append(out, as_bytes(magic));
    append_text(out, user_.text());
    append(out, founding_key_.view());
    append_be<std::uint64_t>(out, serial_);
    out.push_back(static_cast<std::byte>(devices_.size()));
    for (const Device& device : devices_) {
        append(out, device.id.view());
        append_text(out, device.name.text());
        append(out, device.key.view());
    }
    return out;
}

Bytes DeviceList::sign(const crypto::SigningKey& account_key) const {
    Bytes out = unsigned_encoding();
    append(out, identity::sign(account_key, out).view());
    return out;
}

Result<DeviceList> DeviceList::parse_and_verify(BytesView bytes, const model::PublicKey& account_key,
                                                const model::UserName& user,
                                                const model::PublicKey& founding_key) {
    if (bytes.size() > max_device_list_size) return malformed("too long");
    if (bytes.size() < model::Signature::size) return malformed("too short");
    const BytesView body = bytes.first(bytes.size() - model::Signature::size);
    const auto signature = model::Signature::from(bytes.last(model::Signature::size));
    // The signature first: what the account key did not sign is not looked at any further.
    if (!verify(account_key, body, *signature)) {
        return Error{Errc::identity, "device list: not signed by the account key"};
    }

    Reader reader{body};
    if (as_text(reader.take(magic.size())) != magic) return malformed("another kind or version");
    auto listed_user = model::UserName::parse(reader.take_text());
    const auto listed_founding_key = reader.take_id<model::PublicKey>();
    const BytesView serial = reader.take(8);
    const std::size_t count = reader.take_count();
    if (!reader.ok() || !listed_user || count > max_devices) return malformed("broken head");

    std::vector<Device> devices;
    devices.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = reader.take_id<model::DeviceId>();
        auto name = model::DeviceName::parse(reader.take_text());
        const auto key = reader.take_id<model::PublicKey>();
        if (!reader.ok() || !name) return malformed("broken device");
        if (!devices.empty() && !(devices.back().id < id)) return malformed("ids not ascending");
        devices.emplace_back(id, std::move(*name), key);
    }
    if (!reader.at_end()) return malformed("trailing bytes");
    if (*listed_user != user || listed_founding_key != founding_key) {
        return Error{Errc::identity, "device list: of another user or server"};
    }
    auto list = make(std::move(*listed_user), listed_founding_key, read_be<std::uint64_t>(serial.data()),
                     std::move(devices));
    if (!list) return malformed("breaks the rules of a list");
    return list;
}

}  // namespace p2pc::identity
