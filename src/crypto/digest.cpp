#include "crypto/digest.hpp"

#include <xxhash.h>

#include <algorithm>
#include <new>

#include "base/encoding.hpp"

namespace p2pc::crypto {
namespace {

struct FreeState {
    void operator()(XXH3_state_t* state) const noexcept { XXH3_freeState(state); }
};
using Hasher = std::unique_ptr<XXH3_state_t, FreeState>;

Hasher make_hasher() {
    Hasher made{XXH3_createState()};
    if (!made) {
        // As `new` does.
        if (const auto handler = std::get_new_handler()) handler();
        throw std::bad_alloc{};
    }
    XXH3_128bits_reset(made.get());
    return made;
}

ChunkHash canonical(XXH128_hash_t hash) {
    XXH128_canonical_t big_endian;
    XXH128_canonicalFromHash(&big_endian, hash);
    ChunkHash bytes;
    static_assert(sizeof(bytes) == sizeof(big_endian.digest));
    std::memcpy(bytes.data(), big_endian.digest, bytes.size());
    return bytes;
}

}  // namespace

struct ChunkedDigest::State {
    OnChunk on_chunk;
    Hasher chunk = make_hasher();
    Hasher list = make_hasher();
    std::size_t in_chunk = 0;

    void add(const ChunkHash& hash) {
        XXH3_128bits_update(list.get(), hash.data(), hash.size());
        if (on_chunk) on_chunk(hash);
    }
};

ChunkHash chunk_hash(BytesView chunk) {
    return canonical(XXH3_128bits(chunk.data(), chunk.size()));
}

ChunkedDigest::ChunkedDigest(OnChunk on_chunk) : state_(std::make_unique<State>()) {
    state_->on_chunk = std::move(on_chunk);
}
ChunkedDigest::~ChunkedDigest() = default;
ChunkedDigest::ChunkedDigest(ChunkedDigest&&) noexcept = default;
ChunkedDigest& ChunkedDigest::operator=(ChunkedDigest&&) noexcept = default;

void ChunkedDigest::update(BytesView content) {
    while (!content.empty()) {
        const auto take = std::min(content.size(), digest_chunk_size - state_->in_chunk);
        if (take == digest_chunk_size) {
            state_->add(chunk_hash(content.first(take)));
        } else {
            XXH3_128bits_update(state_->chunk.get(), content.data(), take);
            state_->in_chunk += take;
            if (state_->in_chunk == digest_chunk_size) end_chunk();
        }
        content = content.subspan(take);
    }
}

void ChunkedDigest::add_zeros(std::uint64_t count) {
    static constexpr ByteArray<64 * 1024> zeros{};
    while (count > 0) {
        if (state_->in_chunk == 0 && count >= digest_chunk_size) {
            state_->add(zero_chunk_hash);
            count -= digest_chunk_size;
            continue;
        }
        const auto left = std::min<std::uint64_t>(count, digest_chunk_size - state_->in_chunk);
        const auto take = std::min<std::uint64_t>(left, zeros.size());
        update(BytesView{zeros}.first(static_cast<std::size_t>(take)));
        count -= take;
    }
}

void ChunkedDigest::add_known_chunk(const ChunkHash& hash) {
    state_->add(hash);
}

void ChunkedDigest::end_chunk() {
    state_->add(canonical(XXH3_128bits_digest(state_->chunk.get())));
    XXH3_128bits_reset(state_->chunk.get());
    state_->in_chunk = 0;
}

std::string ChunkedDigest::finish() {
    if (state_->in_chunk > 0) end_chunk();
    const auto whole = canonical(XXH3_128bits_digest(state_->list.get()));
    return std::string{chunked_digest_algorithm} + ":" + base::to_hex(whole);
}

std::string_view algorithm_of(std::string_view digest) noexcept {
    const auto colon = digest.find(':');
    return colon == std::string_view::npos ? std::string_view{} : digest.substr(0, colon);
}

}  // namespace p2pc::crypto
