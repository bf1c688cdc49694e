// Hash256: BLAKE2b with 32 bytes of output, plain or keyed, over bytes that arrive in pieces.
//
// How the bytes are cut into pieces changes nothing, so whoever hashes several fields must make their
// concatenation unambiguous (fixed sizes, lengths or a zero byte).
#pragma once

#include <initializer_list>
#include <memory>
#include <p2pc/base/bytes.hpp>

#include "crypto/secret.hpp"

namespace p2pc::crypto {

using Hash256Value = ByteArray<32>;

class Hash256 {
  public:
    Hash256();
    explicit Hash256(const SecretBytes<32>& key);
    Hash256(Hash256&&) noexcept;
    Hash256& operator=(Hash256&&) noexcept;
    ~Hash256();

    void add(BytesView piece);
    void add(std::string_view piece) { add(as_bytes(piece)); }
    // Of everything added so far; adding may go on.
    Hash256Value value() const;

  private:
    // On the heap: the state asks for an alignment of 64, which a coroutine frame of g++ 12 does not keep.
    struct State;
    std::unique_ptr<State> state_;
};

Hash256Value hash256(std::initializer_list<BytesView> pieces);
// A keyed hash: what others would use HMAC for.
Hash256Value keyed_hash256(const SecretBytes<32>& key, std::initializer_list<BytesView> pieces);

}  // namespace p2pc::crypto
