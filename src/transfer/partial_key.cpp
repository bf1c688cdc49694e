#include "transfer/partial_key.hpp"

#include "base/encoding.hpp"
#include "crypto/hash.hpp"

namespace p2pc::transfer {
namespace {

std::string hex_of_first(std::size_t count, const crypto::Hash256Value& hash) {
    return base::to_hex(BytesView{hash}.first(count));
}

}  // namespace

// The secret is of this sender alone, so what follows needs no account.
PartialKeys::PartialKeys(const crypto::Seed& device, const model::PublicKey& sender)
    : secret_(crypto::keyed_hash256(device, {as_bytes("p2pc/partials/v1"), sender.view()})),
      account_(hex_of_first(8, crypto::hash256({secret_, as_bytes("account")}))) {}

PartialKey PartialKeys::of(const Entry& entry) const {
    const ByteArray<1> kind{static_cast<std::byte>(entry.kind())};
    const auto item =
        crypto::hash256({secret_, as_bytes("item"), kind, entry.source(), as_bytes(entry.name())});
    Bytes claim;
    append_be(claim, entry.size() ? entry.size()->value() : ~std::uint64_t{0});
    // A folder's time changes with every name in it: what is in it is judged file by file.
    const auto time = entry.kind() == EntryKind::folder ? std::nullopt : entry.mtime();
    append_be(claim, time ? static_cast<std::uint64_t>(time->seconds) : 0);
    append_be(claim, time ? time->nanoseconds : 0);
    const auto version = crypto::hash256({secret_, as_bytes("version"), item, claim});
    return PartialKey{account_, hex_of_first(16, item), hex_of_first(8, version)};
}

bool is_lasting(const Entry& entry) noexcept {
    return (entry.kind() == EntryKind::file || entry.kind() == EntryKind::folder) &&
           entry.source() != SourceId{};
}

}  // namespace p2pc::transfer
