// The sender's half of a resume: where it begins, what it compares and repairs, and the same digest at the
// end.
#include "support.hpp"
#include "transfer/sending.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

Outgoing sending(const std::string& path) {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(make_file_source(path));
    return Outgoing{std::move(sources)};
}

std::vector<crypto::ChunkHash> hashes_of(BytesView bytes) {
    std::vector<crypto::ChunkHash> hashes;
    for (std::size_t at = 0; at + mib <= bytes.size(); at += mib)
        hashes.push_back(crypto::chunk_hash(bytes.subspan(at, mib)));
    return hashes;
}

// What next_piece() gives from here on, holes as zeros.
Bytes pour(Outgoing& outgoing, std::uint64_t from) {
    Bytes bytes;
    Bytes buffer(100'000);
    while (true) {
        const auto piece = outgoing.next_piece(buffer);
        REQUIRE(piece);
        CHECK(piece->offset == from + bytes.size());
        if (piece->size == 0) return bytes;
        if (piece->hole) {
            bytes.resize(bytes.size() + piece->size);
        } else {
            append(bytes, BytesView{buffer}.first(piece->size));
        }
    }
}

}  // namespace

TEST_CASE("a file goes on where the other side's part ends, with the digest of the whole",
          "[transfer][sending]") {
    TempFolder at;
    const std::size_t size = GENERATE(1 * mib, 2 * mib - 1, 2 * mib, 2 * mib + 1, 3 * mib + 7);
    const auto bytes = content(size);
    write_file(at / "file", bytes);
    for (std::size_t from = mib; from <= size; from += mib) {
        CAPTURE(size, from);
        auto outgoing = sending(at / "file");
        REQUIRE(outgoing.next_item());
        REQUIRE(outgoing.start_at(from));
        CHECK(outgoing.uncompared() == from / mib);
        const auto theirs = hashes_of(BytesView{bytes}.first(from));
        // Before, in the middle of or after what is sent makes no difference.
        CHECK(outgoing.compare(std::span{theirs}.first(1)).value().empty());
        CHECK(pour(outgoing, from) == Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end()));
        CHECK(outgoing.compare(std::span{theirs}.subspan(1)).value().empty());
        const auto end = outgoing.end();
        CHECK(end.size().value() == size);
        CHECK(end.digest() == digest_of(bytes));
    }
}

TEST_CASE("the chunks that differ are named, and no others", "[transfer][sending]") {
    TempFolder at;
    const auto bytes = content(5 * mib);
    write_file(at / "file", bytes);
    auto theirs = bytes;
    theirs[mib] ^= std::byte{1};
    theirs[4 * mib - 1] ^= std::byte{0x80};
    auto outgoing = sending(at / "file");
    REQUIRE(outgoing.next_item());
    REQUIRE(outgoing.start_at(5 * mib));
    const auto hashes = hashes_of(theirs);
    const auto first = outgoing.compare(std::span{hashes}.first(2));
    const auto rest = outgoing.compare(std::span{hashes}.subspan(2));
    CHECK(first.value() == std::vector<std::uint64_t>{1});
    CHECK(rest.value() == std::vector<std::uint64_t>{3});
    Bytes again(mib);
    REQUIRE(outgoing.read_again(3 * mib, again));
    CHECK(std::equal(again.begin(), again.end(), bytes.begin() + 3 * mib));
    CHECK(pour(outgoing, 5 * mib).empty());
    CHECK(outgoing.end().digest() == digest_of(bytes));
}

TEST_CASE("a checksum is that of the whole content, also of a file that goes on in the middle",
          "[transfer][sending]") {
    TempFolder at;
    const auto bytes = content(2 * mib + 100);
    write_file(at / "file", bytes);
    crypto::Checksum whole;
    whole.update(bytes);
    const auto expected = whole.finish();
    for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{2 * mib}}) {
        CAPTURE(from);
        auto outgoing = sending(at / "file");
        outgoing.set_checksum(true);
        REQUIRE(outgoing.next_item());
        CHECK(outgoing.start_at(from) == (from > 0));
        const auto theirs = hashes_of(BytesView{bytes}.first(from));
        REQUIRE(outgoing.compare(theirs));
        pour(outgoing, from);
        CHECK(outgoing.end().checksum() == expected);
    }
}

TEST_CASE("an item without a checksum asked for has none", "[transfer][sending]") {
    TempFolder at;
    write_file(at / "file", content(10));
    auto outgoing = sending(at / "file");
    REQUIRE(outgoing.next_item());
    pour(outgoing, 0);
    CHECK(outgoing.end().checksum().empty());
}

TEST_CASE("holes are given where they are wanted, and the digest stays that of zeros",
          "[transfer][sending]") {
    TempFolder at;
    auto bytes = Bytes(5 * mib);
    write_file(at / "file", {});
    REQUIRE(::truncate((at / "file").c_str(), 5 * mib) == 0);
    const bool wanted = GENERATE(false, true);
    auto outgoing = sending(at / "file");
    outgoing.set_holes(wanted);
    outgoing.set_checksum(true);
    REQUIRE(outgoing.next_item());
    Bytes buffer(mib);
    const auto piece = outgoing.next_piece(buffer);
    REQUIRE(piece);
    CHECK(piece->hole == wanted);
    if (wanted) CHECK(piece->size == 5 * mib);
    pour(outgoing, piece->size);
    const auto end = outgoing.end();
    CHECK(end.digest() == digest_of(bytes));
    crypto::Checksum zeros;
    zeros.update(bytes);
    CHECK(end.checksum() == zeros.finish());
}

TEST_CASE("what passes once cannot go on in the middle", "[transfer][sending]") {
    Pipe pipe;
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(make_stream_source(pipe.ends[0], "-", "stdin"));
    Outgoing outgoing{std::move(sources)};
    REQUIRE(outgoing.next_item());
    CHECK_FALSE(outgoing.start_at(mib));
    REQUIRE(::write(pipe.ends[1], "abc", 3) == 3);
    pipe.close_end(1);
    CHECK(pour(outgoing, 0).size() == 3);
    CHECK(outgoing.end().digest() == digest_of(as_bytes("abc")));
}

TEST_CASE("a source that is cut while it is compared has changed", "[transfer][sending]") {
    TempFolder at;
    const auto bytes = content(3 * mib);
    write_file(at / "file", bytes);
    auto outgoing = sending(at / "file");
    REQUIRE(outgoing.next_item());
    REQUIRE(outgoing.start_at(3 * mib));
    REQUIRE(::truncate((at / "file").c_str(), mib) == 0);
    CHECK(code_of(outgoing.compare(hashes_of(bytes))) == Errc::source_changed);
}
