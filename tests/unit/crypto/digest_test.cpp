#include "crypto/digest.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"

using namespace p2pc;
using crypto::ChunkedDigest;

namespace {

Bytes content(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>(i * 7 + 3);
    return bytes;
}

std::string digest_in_pieces(const Bytes& bytes, std::size_t piece) {
    ChunkedDigest digest;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        digest.update(BytesView{bytes}.subspan(at, std::min(piece, bytes.size() - at)));
    }
    return digest.finish();
}

constexpr std::size_t mib = crypto::digest_chunk_size;

}  // namespace

TEST_CASE("the chunked digest matches vectors made by a separate C program on libxxhash",
          "[crypto][digest]") {
    const std::pair<std::size_t, const char*> vectors[] = {
        {0, "99aa06d3014798d86001c324468d497f"},  // XXH3-128 of nothing, as xxhsum -H2 prints it
        {1, "a31c3ef27874fae2f2c08395e3befff5"},
        {mib - 1, "80747f4596484fabddc24dec0f987d80"},
        {mib, "83e594967849d44815dd19e8a0cecfb6"},
        {mib + 1, "95e4a82629807eaaa47e4f32b0062c20"},
        {5 * mib + 17, "fe96bebbcb773a0e31b706dbe746166e"},
    };
    for (const auto& [size, hex] : vectors) {
        CAPTURE(size);
        CHECK(digest_in_pieces(content(size), size + 1) == std::string{"xxh3-1m:"} + hex);
    }
}

TEST_CASE("the chunked digest does not depend on how the content is cut into updates", "[crypto][digest]") {
    const auto bytes = content(2 * mib + 12345);
    const auto whole = digest_in_pieces(bytes, bytes.size());
    for (std::size_t piece : {std::size_t{4093}, std::size_t{65536}, mib - 1, mib, mib + 1}) {
        CAPTURE(piece);
        CHECK(digest_in_pieces(bytes, piece) == whole);
    }
}

TEST_CASE("the chunked digest changes with any single bit and with the length", "[crypto][digest]") {
    auto bytes = content(mib + 3);
    const auto before = digest_in_pieces(bytes, bytes.size());
    bytes[mib + 2] ^= std::byte{0x80};
    CHECK(digest_in_pieces(bytes, bytes.size()) != before);
    CHECK(digest_in_pieces(Bytes(mib), mib) != digest_in_pieces(Bytes(mib + 1), mib + 1));
}

TEST_CASE("the hashes the hook is given, handed back as known chunks, make the same digest",
          "[crypto][digest]") {
    const auto bytes = content(3 * mib + 5);
    std::vector<crypto::ChunkHash> hashes;
    ChunkedDigest first{[&](const crypto::ChunkHash& hash) { hashes.push_back(hash); }};
    first.update(bytes);
    const auto expected = first.finish();
    REQUIRE(hashes.size() == 4);
    CHECK(hashes[1] == crypto::chunk_hash(BytesView{bytes}.subspan(mib, mib)));

    ChunkedDigest resumed;
    resumed.add_known_chunk(hashes[0]);
    resumed.add_known_chunk(hashes[1]);
    resumed.update(BytesView{bytes}.subspan(2 * mib));
    CHECK(resumed.finish() == expected);
}

TEST_CASE("zeros that are only counted make the digest of zeros that are hashed, at every edge of a chunk",
          "[crypto][digest]") {
    CHECK(crypto::chunk_hash(Bytes(mib)) == crypto::zero_chunk_hash);
    for (std::size_t before : {std::size_t{0}, std::size_t{1}, mib - 1, mib}) {
        for (std::size_t zeros : {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 3 * mib}) {
            CAPTURE(before, zeros);
            auto bytes = content(before);
            ChunkedDigest counted;
            counted.update(bytes);
            counted.add_zeros(zeros);
            counted.update(content(5));
            bytes.resize(before + zeros);
            append(bytes, content(5));
            CHECK(counted.finish() == digest_in_pieces(bytes, bytes.size()));
        }
    }
}

TEST_CASE("the algorithm of a digest is what stands before its colon", "[crypto][digest]") {
    CHECK(crypto::algorithm_of("xxh3-1m:00") == "xxh3-1m");
    CHECK(crypto::algorithm_of("00").empty());
}
