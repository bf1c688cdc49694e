// The receiver's half of a resume: what is here is hashed, repaired and made whole; holes stay holes.
#include "support.hpp"
#include "transfer/kept_partials.hpp"
#include "transfer/source.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const KeyOf key_of = [](const Entry&) { return key(); };

Entry going_on(std::size_t size, std::uint64_t from) {
    auto entry = file_entry("a", size);
    entry.set_from(from);
    return entry;
}

ItemEnd end_of(BytesView bytes) {
    return ItemEnd{ByteCount{bytes.size()}, digest_of(bytes)};
}

// A partial that holds `bytes`, left by a dead command.
void leave(const TempFolder& to, BytesView bytes) {
    const std::string partials = OutputFolder::partial_folder;
    ::mkdir((to / partials).c_str(), 0700);
    write_file(to / (partials + "/" + key().file_name()), bytes);
}

Incoming into(const TempFolder& to) {
    return Incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
}

std::uint64_t allocated(const std::string& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return static_cast<std::uint64_t>(found.st_blocks) * 512;
}

}  // namespace

TEST_CASE("an item goes on behind what is here, and its hashes are those of what lies there",
          "[transfer][receiving]") {
    const std::size_t size = GENERATE(as<std::size_t>{}, mib, 2 * mib - 1, 2 * mib, 2 * mib + 1, 3 * mib + 7);
    const auto bytes = content(size);
    for (std::size_t from = mib; from <= size; from += mib) {
        CAPTURE(size, from);
        TempFolder to;
        leave(to, BytesView{bytes}.first(from));
        auto incoming = into(to);
        REQUIRE(incoming.begin(going_on(size, from), key_of));
        const auto first = incoming.next_hashes(1);
        REQUIRE(first);
        REQUIRE(first->size() == 1);
        CHECK(first->front() == crypto::chunk_hash(BytesView{bytes}.first(mib)));
        if (from < size) REQUIRE(incoming.data(BytesView{bytes}.subspan(from)));
        CHECK(incoming.next_hashes(100).value().size() == from / mib - 1);
        CHECK(incoming.next_hashes(100).value().empty());
        const auto item = incoming.end(end_of(bytes));
        REQUIRE(item);
        CHECK(item->digest() == digest_of(bytes));
        CHECK(read_file(to / "a") == bytes);
        CHECK(to.names() == std::vector<std::string>{"a"});
    }
}

TEST_CASE("a chunk that is sent again in parts takes the place of what lay there", "[transfer][receiving]") {
    TempFolder to;
    const auto bytes = content(3 * mib + 5);
    auto damaged = bytes;
    damaged[mib + 17] ^= std::byte{4};
    leave(to, BytesView{damaged}.first(3 * mib));
    auto incoming = into(to);
    REQUIRE(incoming.begin(going_on(bytes.size(), 3 * mib), key_of));
    REQUIRE(incoming.next_hashes(3));
    REQUIRE(incoming.data(BytesView{bytes}.subspan(3 * mib)));
    for (std::size_t at = mib; at < 2 * mib; at += mib / 4)
        REQUIRE(incoming.repair(at, BytesView{bytes}.subspan(at, mib / 4)));
    REQUIRE(incoming.end(end_of(bytes)));
    CHECK(read_file(to / "a") == bytes);
}

TEST_CASE("damage that nobody repaired is found at the end", "[transfer][receiving]") {
    TempFolder to;
    const auto bytes = content(2 * mib);
    auto damaged = bytes;
    damaged[5] ^= std::byte{4};
    leave(to, damaged);
    auto incoming = into(to);
    REQUIRE(incoming.begin(going_on(bytes.size(), 2 * mib), key_of));
    REQUIRE(incoming.next_hashes(2));
    CHECK(code_of(incoming.end(end_of(bytes))) == Errc::integrity);
    CHECK(to.names().empty());
}

TEST_CASE("an end before all that is here was compared, or within a repair, is no end",
          "[transfer][receiving]") {
    TempFolder to;
    const auto bytes = content(2 * mib);
    leave(to, bytes);
    auto incoming = into(to);
    REQUIRE(incoming.begin(going_on(bytes.size(), 2 * mib), key_of));
    REQUIRE(incoming.next_hashes(1));
    SECTION("not compared") {}
    SECTION("within a repair") {
        REQUIRE(incoming.next_hashes(1));
        REQUIRE(incoming.repair(0, BytesView{bytes}.first(10)));
    }
    CHECK(code_of(incoming.end(end_of(bytes))) == Errc::integrity);
    CHECK(to.names().empty());
}

TEST_CASE("a repair of what is not here, was not hashed or is out of order breaks the delivery",
          "[transfer][receiving]") {
    TempFolder to;
    const auto bytes = content(4 * mib);
    leave(to, BytesView{bytes}.first(3 * mib));
    auto incoming = into(to);
    REQUIRE(incoming.begin(going_on(bytes.size(), 3 * mib), key_of));
    REQUIRE(incoming.next_hashes(2));
    const auto part = BytesView{bytes}.first(100);
    SECTION("not hashed yet") {
        CHECK(code_of(incoming.repair(2 * mib, part)) == Errc::malformed);
    }
    SECTION("behind what is here") {
        CHECK(code_of(incoming.repair(3 * mib, part)) == Errc::malformed);
    }
    SECTION("not from the start of a chunk") {
        CHECK(code_of(incoming.repair(1, part)) == Errc::malformed);
    }
    SECTION("over the end of the chunk") {
        CHECK(code_of(incoming.repair(0, BytesView{bytes}.first(mib + 1))) == Errc::malformed);
    }
    SECTION("another before the first is whole") {
        REQUIRE(incoming.repair(0, part));
        CHECK(code_of(incoming.repair(mib, part)) == Errc::malformed);
    }
}

TEST_CASE("an item that goes on where nothing is, or not so much, does not begin", "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to);
    CHECK(code_of(incoming.begin(going_on(5 * mib, mib), key_of)) == Errc::interrupted);
    leave(to, content(2 * mib));
    CHECK(code_of(incoming.begin(going_on(5 * mib, 3 * mib), key_of)) == Errc::interrupted);
    CHECK(incoming.begin(going_on(5 * mib, mib), key_of));
}

TEST_CASE("what came of an interrupted item, holes included, is gone on with", "[transfer][receiving]") {
    TempFolder to;
    auto bytes = content(mib);
    bytes.resize(6 * mib);
    append(bytes, content(mib + 3, 2));
    {
        auto incoming = into(to);
        REQUIRE(incoming.begin(file_entry("a", bytes.size()), key_of));
        REQUIRE(incoming.data(BytesView{bytes}.first(mib)));
        REQUIRE(incoming.hole(5 * mib));
        REQUIRE(incoming.data(BytesView{bytes}.subspan(6 * mib, 100)));
    }
    const auto kept = look_for_partial(*folder_at(to.str()), key(), [&] {
        auto entry = file_entry("a", bytes.size());
        entry.set_source(SourceId{std::byte{1}});
        return entry;
    }());
    REQUIRE(kept);
    CHECK(kept->bytes == 6 * mib);
    auto incoming = into(to);
    REQUIRE(incoming.begin(going_on(bytes.size(), 6 * mib), key_of));
    REQUIRE(incoming.next_hashes(6));
    REQUIRE(incoming.data(BytesView{bytes}.subspan(6 * mib)));
    REQUIRE(incoming.end(end_of(bytes)));
    CHECK(read_file(to / "a") == bytes);
    CHECK(allocated(to / "a") < 3 * mib);
}

TEST_CASE("a hole takes no room on the disk, at every edge", "[transfer][receiving]") {
    TempFolder to;
    const auto before = GENERATE(std::size_t{0}, std::size_t{1}, 3 * mib);
    const auto after = GENERATE(std::size_t{0}, std::size_t{1}, mib);
    constexpr std::size_t hole = 50 * mib;
    auto bytes = content(before);
    bytes.resize(before + hole);
    append(bytes, content(after, 2));
    CAPTURE(before, after);
    auto incoming = into(to);
    REQUIRE(incoming.begin(file_entry("a", bytes.size()), key_of));
    if (before > 0) REQUIRE(incoming.data(BytesView{bytes}.first(before)));
    REQUIRE(incoming.hole(hole));
    if (after > 0) REQUIRE(incoming.data(BytesView{bytes}.subspan(before + hole)));
    REQUIRE(incoming.end(end_of(bytes)));
    CHECK(read_file(to / "a") == bytes);
    CHECK(allocated(to / "a") <= before + after + 64 * 1024);
}

TEST_CASE("a hole of a TiB in a file with a checksum ends at once when the delivery is stopped",
          "[transfer][receiving]") {
    TempFolder to;
    constexpr std::uint64_t tib = Source::most_hole;
    auto entry = Entry::file("a", ByteCount{tib}, 0644, std::nullopt);
    entry.set_checksum("sha256");
    entry.set_stored(ByteCount{0});
    auto incoming = into(to);
    REQUIRE(incoming.begin(entry, key_of));
    incoming.stop();
    CHECK(code_of(incoming.hole(tib)) == Errc::canceled);
}

TEST_CASE("a hole down a pipe is zeros", "[transfer][receiving]") {
    Pipe pipe;
    Incoming incoming{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
    REQUIRE(incoming.begin(Entry::stream("x"), key_of));
    REQUIRE(incoming.hole(1000));
    REQUIRE(incoming.end(end_of(Bytes(1000))));
    char got[2000];
    CHECK(::read(pipe.ends[0], got, sizeof got) == 1000);
    CHECK(std::all_of(got, got + 1000, [](char c) { return c == 0; }));
}

TEST_CASE("a hole past the announced size, or of no or an impossible length, breaks the delivery",
          "[transfer][receiving]") {
    TempFolder to;
    const std::uint64_t length =
        GENERATE(std::uint64_t{0}, std::uint64_t{101}, Source::most_hole + 1, ~std::uint64_t{0});
    auto incoming = into(to);
    REQUIRE(incoming.begin(file_entry("a", 100), key_of));
    CHECK(code_of(incoming.hole(length)) == Errc::malformed);
}

TEST_CASE("of a sparse file room is looked for its data alone", "[transfer][receiving]") {
    TempFolder to;
    auto entry = Entry::file("a", ByteCount{std::uint64_t{1} << 42}, 0644, std::nullopt);
    auto incoming = into(to);
    CHECK(code_of(incoming.begin(entry, key_of)) == Errc::no_space);
    entry.set_stored(ByteCount{4096});
    CHECK(incoming.begin(entry, key_of));
}

TEST_CASE("a checksum is compared, also of an item that was here in part", "[transfer][receiving]") {
    const auto bytes = content(2 * mib + 9);
    crypto::Checksum sum;
    sum.update(bytes);
    const auto right = sum.finish();
    for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{2 * mib}}) {
        for (const bool wrong : {false, true}) {
            CAPTURE(from, wrong);
            TempFolder to;
            if (from > 0) leave(to, BytesView{bytes}.first(from));
            auto entry = going_on(bytes.size(), from);
            entry.set_checksum("sha256");
            auto incoming = into(to);
            REQUIRE(incoming.begin(entry, key_of));
            REQUIRE(incoming.next_hashes(100));
            REQUIRE(incoming.data(BytesView{bytes}.subspan(from)));
            auto end = end_of(bytes);
            end.set_checksum(wrong ? "sha256:" + std::string(64, '0') : right);
            const auto item = incoming.end(end);
            CHECK(code_of(item) == (wrong ? Errc::integrity : Errc{}));
            if (!wrong) CHECK(item->checksum() == right);
        }
    }
}

TEST_CASE("a checksum of an unknown kind is unsupported", "[transfer][receiving]") {
    TempFolder to;
    auto entry = file_entry("a", 1);
    entry.set_checksum("md5");
    auto incoming = into(to);
    CHECK(code_of(incoming.begin(entry, key_of)) == Errc::unsupported);
}
