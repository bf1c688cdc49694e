// The signed device list: one list has one encoding, and whoever did not sign it has none.
#include "identity/device_list.hpp"

#include <set>

#include "fuzz/fuzz.hpp"

using namespace p2pc;

namespace {

struct Signer {
    crypto::SeededRandom random{1};
    crypto::SigningKey account = crypto::SigningKey::generate(random);
    model::UserName user = *model::UserName::parse("alice");
    model::PublicKey founding;
};

void check(const identity::DeviceList& list, BytesView bytes, const Signer& signer) {
    const Bytes again = list.sign(signer.account);
    MUST(std::ranges::equal(again, bytes));
    MUST(list.user() == signer.user && list.serial() > 0);
    MUST(!list.devices().empty() && list.devices().size() <= identity::max_devices);
    std::set<model::DeviceId> ids;
    std::set<model::PublicKey> keys;
    std::set<model::DeviceName> names;
    for (const auto& device : list.devices()) {
        MUST(ids.empty() || *ids.rbegin() < device.id);
        MUST(ids.insert(device.id).second && keys.insert(device.key).second);
        MUST(names.insert(device.name).second);
        MUST(list.find(device.id) != nullptr && list.find(device.id)->name == device.name);
        const auto fewer = list.without(device.id);
        MUST(fewer.ok() == (list.devices().size() > 1 && list.serial() != UINT64_MAX));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Signer signer;
    fuzz::Input input{data, size};
    const bool by_owner = input.below(4) != 0;
    const auto said = as_bytes(input.rest());
    Bytes bytes{said.begin(), said.end()};
    // Signed, the fuzzer gets past the signature; a stranger's own does not count.
    if (by_owner) append(bytes, identity::sign(signer.account, bytes).view());
    const auto list = identity::DeviceList::parse_and_verify(bytes, identity::public_key(signer.account),
                                                             signer.user, signer.founding);
    if (list) {
        check(*list, bytes, signer);  // one that the owner signed
    } else {
        MUST(list.error().code() == Errc::malformed || list.error().code() == Errc::identity);
    }
    return 0;
}
