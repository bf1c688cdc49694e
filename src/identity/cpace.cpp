#include "identity/cpace.hpp"

#include "crypto/ristretto.hpp"
#include "crypto/sha512.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view suite = "CPaceRistretto255";
constexpr std::string_view key_label = "CPaceRistretto255_ISK";
constexpr std::string_view proof_label = "CPaceMac";

// LEB128.
constexpr std::size_t more = 0x80;
void append_length(Bytes& out, std::size_t length) {
    for (; length >= more; length >>= 7)
        out.push_back(static_cast<std::byte>((length & 0x7f) | more));
    out.push_back(static_cast<std::byte>(length));
}
std::size_t size_with_length(BytesView field) {
    std::size_t size = field.size() + 1;
    for (std::size_t length = field.size(); length >= more; length >>= 7)
        ++size;
    return size;
}

CpaceShare share_of(const crypto::SecretBytes<32>& scalar, const CpaceTerms& terms) {
    // A generator is a point of the group by the way it is made.
    const auto product = crypto::multiply(scalar, cpace_generator(terms).view());
    CpaceShare share{};
    if (product) std::memcpy(share.data(), product->view().data(), share.size());
    return share;
}

Bytes as_sent(const CpaceMessage& message) {
    return lv_cat({message.share, message.data});
}

crypto::SecretBytes<64> proof_key(BytesView sid, const crypto::SecretBytes<64>& session_key) {
    return crypto::sha512({as_bytes(proof_label), sid, session_key.view()});
}

}  // namespace

Bytes lv_cat(std::initializer_list<BytesView> fields) {
    std::size_t size = 0;
    for (const BytesView field : fields)
        size += size_with_length(field);
    Bytes out;
    out.reserve(size);  // a field may be a secret: no copy of it is left behind while this grows
    for (const BytesView field : fields) {
        append_length(out, field.size());
        append(out, field);
    }
    return out;
}

Bytes cpace_generator_string(const CpaceTerms& terms) {
    // The password and the zeros fill the hash's first block, so that how long it takes says nothing.
    const std::size_t before = size_with_length(as_bytes(suite)) + size_with_length(terms.password) + 1;
    const Bytes zeros(before < crypto::sha512_block ? crypto::sha512_block - before : 0);
    return lv_cat({as_bytes(suite), terms.password, zeros, terms.channel, terms.sid});
}

crypto::SecretBytes<32> cpace_generator(const CpaceTerms& terms) {
    Bytes text = cpace_generator_string(terms);
    auto point = crypto::point_of(crypto::sha512({text}));
    crypto::wipe(text);
    return point;
}

Cpace::Cpace(Role role, const CpaceTerms& terms, Bytes data, crypto::Random& random)
    : role_(role),
      sid_(terms.sid),
      scalar_(crypto::random_scalar(random)),
      mine_(share_of(scalar_, terms), std::move(data)) {}

Result<crypto::SecretBytes<64>> Cpace::session_key(const CpaceMessage& theirs) const {
    const auto shared = crypto::multiply(scalar_, theirs.share);
    if (!shared) return shared.error();
    const bool first = role_ == Role::initiator;
    const Bytes a = as_sent(first ? mine_ : theirs);
    const Bytes b = as_sent(first ? theirs : mine_);
    Bytes head = lv_cat({as_bytes(key_label), sid_, shared->view()});
    auto key = crypto::sha512({head, a, b});
    crypto::wipe(head);
    return key;
}

Result<Cpace::Proofs> Cpace::meet(const CpaceMessage& theirs) const {
    const auto key = session_key(theirs);
    if (!key) return key.error();
    const auto by = proof_key(sid_, *key);
    const auto own = crypto::hmac_sha512(by, {as_sent(mine_)});
    CpaceProof mine;
    std::memcpy(mine.data(), own.view().data(), mine.size());
    return Proofs{mine, crypto::hmac_sha512(by, {as_sent(theirs)})};
}

}  // namespace p2pc::identity
