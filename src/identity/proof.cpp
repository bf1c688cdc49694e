#include "identity/proof.hpp"

#include <algorithm>

namespace p2pc::identity {
namespace {

void append_sized(Bytes& out, BytesView field) {
    out.push_back(static_cast<std::byte>(field.size()));
    append(out, field);
}

void append_connection(Bytes& out, const transport::Binding& binding, const Transcript& transcript) {
    if (binding.none()) {
        // "none" and an empty type are one thing, and it has no value.
        append_sized(out, as_bytes("none"));
        append_sized(out, {});
    } else {
        // A plugin fills the binding: neither the end of its text nor its size is taken on trust.
        const auto& type = binding.type;
        const auto end = std::find(type.begin(), type.end(), '\0');
        append_sized(out, as_bytes({type.data(), static_cast<std::size_t>(end - type.begin())}));
        append_sized(out, BytesView{binding.value}.first(
                              std::min<std::size_t>(binding.value_size, binding.value.size())));
    }
    append(out, transcript.hash());
}

Bytes statement(Purpose purpose, Role role, const transport::Binding& binding, const Transcript& transcript) {
    Bytes out;
    append(out, as_bytes(purpose_text(purpose)));
    out.push_back(std::byte{0});
    out.push_back(static_cast<std::byte>(role));
    append_connection(out, binding, transcript);
    return out;
}

}  // namespace

std::string_view purpose_text(Purpose purpose) noexcept {
    switch (purpose) {
        case Purpose::login:
            return "p2pc/login/v1";
        case Purpose::peer:
            return "p2pc/peer/v1";
    }
    return "p2pc/none/v1";
}

model::Signature prove(const crypto::SigningKey& key, Purpose purpose, Role role,
                       const transport::Binding& binding, const Transcript& transcript) {
    return sign(key, statement(purpose, role, binding, transcript));
}

bool check_proof(const model::PublicKey& key, Purpose purpose, Role role, const transport::Binding& binding,
                 const Transcript& transcript, const model::Signature& proof) {
    return verify(key, statement(purpose, role, binding, transcript), proof);
}

crypto::Hash256Value link_name(const transport::Binding& binding, const Transcript& transcript) {
    Bytes out;
    append(out, as_bytes("p2pc/link/v1"));
    out.push_back(std::byte{0});
    append_connection(out, binding, transcript);
    return crypto::hash256({out});
}

}  // namespace p2pc::identity
