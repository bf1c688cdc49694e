// What the receivers of one command read of a file, each alone: the same, or an error that says so.
#include "transfer/same_content.hpp"

#include <future>

#include "support.hpp"
#include "transfer/sending.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

std::shared_ptr<const SourceIds> ids() {
    return std::make_shared<const SourceIds>(crypto::SecretBytes<32>{});
}

// One receiver's delivery of one file.
Outgoing reader(const std::shared_ptr<SameContent>& same, const std::string& path) {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(same->watch(make_file_source(path, ids())));
    return Outgoing{std::move(sources)};
}

// Bytes until the end or an error; holes are passed over.
struct Poured {
    std::uint64_t bytes = 0;
    Status ended;
};
Poured pour(Outgoing& outgoing, std::size_t step = 256 * 1024) {
    outgoing.set_holes(true);
    Poured poured;
    Bytes buffer(step);
    while (true) {
        const auto piece = outgoing.next_piece(buffer);
        if (!piece) poured.ended = piece.error();
        if (!piece || piece->size == 0) return poured;
        poured.bytes += piece->size;
    }
}

Result<std::string> digest_by(Outgoing&& outgoing, std::size_t step = 256 * 1024) {
    const auto item = outgoing.next_item();
    if (!item) return item.error();
    const auto poured = pour(outgoing, step);
    if (!poured.ended) return poured.ended.error();
    return outgoing.end().digest();
}

// As a writer does that leaves no trace in size and time.
void change_secretly(const std::string& path, std::uint64_t offset) {
    struct stat before {};
    REQUIRE(::stat(path.c_str(), &before) == 0);
    {
        std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
        file.seekg(static_cast<std::streamoff>(offset));
        const auto byte = static_cast<char>(file.get() ^ 0x10);
        file.seekp(static_cast<std::streamoff>(offset));
        file.put(byte);
        REQUIRE(file.flush().good());
    }
    const timespec times[2] = {before.st_atim, before.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("who reads a file at once or later than another gets what he got", "[transfer][same]") {
    TempFolder at;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 5 * mib + 7}) {
        CAPTURE(size);
        const auto path = at / std::to_string(size);
        const auto bytes = content(size);
        write_file(path, bytes);
        const auto same = std::make_shared<SameContent>();
        std::vector<std::future<Result<std::string>>> results;
        for (std::size_t n = 0; n < 4; ++n) {
            results.push_back(std::async(std::launch::async, [&same, &path, n] {
                return digest_by(reader(same, path), 70'000 + n * 60'000);
            }));
        }
        for (auto& result : results)
            CHECK(result.get().value() == digest_of(bytes));
        CHECK(digest_by(reader(same, path)).value() == digest_of(bytes));
    }
}

TEST_CASE("a file that was written to or replaced since another opened it is not begun", "[transfer][same]") {
    TempFolder at;
    write_file(at / "file", content(100));
    const auto same = std::make_shared<SameContent>();
    REQUIRE(digest_by(reader(same, at / "file")));
    SECTION("it grew") {
        write_file(at / "file", content(101));
    }
    SECTION("its time changed") {
        const timespec times[2] = {{1, 0}, {1, 0}};
        REQUIRE(::utimensat(AT_FDCWD, (at / "file").c_str(), times, 0) == 0);
    }
    SECTION("another stands in its place") {
        fs::copy_file(at / "file", at / "copy");
        fs::last_write_time(at / "copy", fs::last_write_time(at / "file"));
        fs::rename(at / "copy", at / "file");
    }
    CHECK(code_of(reader(same, at / "file").next_item()) == Errc::source_changed);
}

TEST_CASE("a chunk that is not what another read ends the item in source_changed where it lies",
          "[transfer][same]") {
    TempFolder at;
    write_file(at / "file", content(3 * mib + 5));
    const auto same = std::make_shared<SameContent>();
    auto early = reader(same, at / "file");
    REQUIRE(early.next_item());
    REQUIRE(digest_by(reader(same, at / "file")));
    const std::uint64_t where = GENERATE(std::uint64_t{0}, mib + 1, 3 * mib - 1, 3 * mib, 3 * mib + 4);
    CAPTURE(where);
    change_secretly(at / "file", where);
    auto late = reader(same, at / "file");
    REQUIRE(late.next_item());
    // Also one that opened it before and had not read that far.
    for (auto* const each : {&early, &late}) {
        const auto poured = pour(*each);
        CHECK(code_of(poured.ended) == Errc::source_changed);
        CHECK(poured.bytes <= std::min<std::uint64_t>(where / mib * mib + mib, 3 * mib + 5));
    }
}

TEST_CASE("whoever reads a chunk first says what it is, wherever he began", "[transfer][same]") {
    TempFolder at;
    write_file(at / "file", content(4 * mib + 5));
    const std::uint64_t where = GENERATE(3 * mib + 9, 4 * mib + 1);
    const auto same = std::make_shared<SameContent>();
    auto behind = reader(same, at / "file");
    REQUIRE(behind.next_item());
    REQUIRE(behind.start_at(3 * mib));
    REQUIRE(pour(behind).ended);
    change_secretly(at / "file", where);
    CHECK(code_of(digest_by(reader(same, at / "file"))) == Errc::source_changed);
}

TEST_CASE("what a receiver had before is held against what another read", "[transfer][same]") {
    TempFolder at;
    const auto bytes = content(2 * mib + 3);
    write_file(at / "file", bytes);
    const auto same = std::make_shared<SameContent>();
    const auto theirs = [&] {
        const auto now = read_file(at / "file");
        return std::vector{crypto::chunk_hash(BytesView{now}.first(mib)),
                           crypto::chunk_hash(BytesView{now}.subspan(mib, mib))};
    };
    auto resumed = reader(same, at / "file");
    SECTION("nothing changed") {
        REQUIRE(digest_by(reader(same, at / "file")));
        REQUIRE(resumed.next_item());
        CHECK(resumed.whole_digest().value() == digest_of(bytes));
        REQUIRE(resumed.start_at(2 * mib));
        CHECK(resumed.compare(theirs()).value().empty());
        CHECK(pour(resumed).ended);
        CHECK(resumed.end().digest() == digest_of(bytes));
    }
    SECTION("a chunk of it is another here now") {
        REQUIRE(digest_by(reader(same, at / "file")));
        change_secretly(at / "file", mib + 1);
        REQUIRE(resumed.next_item());
        CHECK(code_of(resumed.whole_digest()) == Errc::source_changed);
        REQUIRE(resumed.start_at(2 * mib));
        CHECK(code_of(resumed.compare(theirs())) == Errc::source_changed);
    }
    SECTION("it was compared first, and then changed") {
        REQUIRE(resumed.next_item());
        REQUIRE(resumed.start_at(2 * mib));
        REQUIRE(resumed.compare(theirs()));
        change_secretly(at / "file", mib + 1);
        CHECK(code_of(digest_by(reader(same, at / "file"))) == Errc::source_changed);
    }
}

TEST_CASE("holes are held against what another read, too", "[transfer][same]") {
    TempFolder at;
    write_file(at / "file", content(10));
    fs::resize_file(at / "file", 8 * mib);
    const auto same = std::make_shared<SameContent>();
    const auto first = digest_by(reader(same, at / "file"));
    CHECK(digest_by(reader(same, at / "file")).value() == first.value());
    change_secretly(at / "file", 5 * mib);
    CHECK(code_of(digest_by(reader(same, at / "file"))) == Errc::source_changed);
}

TEST_CASE("beyond the chunks that are kept the digest of the whole decides", "[transfer][same]") {
    TempFolder at;
    write_file(at / "file", content(3 * mib));
    const auto same = std::make_shared<SameContent>(10, 1);
    REQUIRE(digest_by(reader(same, at / "file")));
    change_secretly(at / "file", mib + 1);
    SECTION("read from the beginning") {
        auto late = reader(same, at / "file");
        REQUIRE(late.next_item());
        const auto poured = pour(late);
        CHECK(poured.bytes == 3 * mib);
        CHECK(code_of(poured.ended) == Errc::source_changed);
    }
    const auto now = read_file(at / "file");
    const std::vector theirs{crypto::chunk_hash(BytesView{now}.first(mib)),
                             crypto::chunk_hash(BytesView{now}.subspan(mib, mib))};
    SECTION("gone on with, and compared after all was read") {
        auto late = reader(same, at / "file");
        REQUIRE(late.next_item());
        REQUIRE(late.start_at(2 * mib));
        REQUIRE(pour(late).ended);
        CHECK(code_of(late.compare(theirs)) == Errc::source_changed);
    }
    SECTION("gone on with, and compared before") {
        auto late = reader(same, at / "file");
        REQUIRE(late.next_item());
        REQUIRE(late.start_at(2 * mib));
        REQUIRE(late.compare(theirs));
        CHECK(code_of(pour(late).ended) == Errc::source_changed);
    }
    SECTION("there already") {
        auto late = reader(same, at / "file");
        REQUIRE(late.next_item());
        CHECK(code_of(late.whole_digest()) == Errc::source_changed);
    }
}

TEST_CASE("files beyond those that are kept are each reader's own", "[transfer][same]") {
    TempFolder at;
    const auto same = std::make_shared<SameContent>(1, 100);
    for (const std::string name : {"kept", "not"}) {
        write_file(at / name, content(10));
        REQUIRE(digest_by(reader(same, at / name)));
        change_secretly(at / name, 3);
    }
    CHECK(code_of(digest_by(reader(same, at / "kept"))) == Errc::source_changed);
    CHECK(digest_by(reader(same, at / "not")));
}

TEST_CASE("a walk holds the files that paths name to one content, and not those in trees",
          "[transfer][same][walk]") {
    TempFolder at;
    fs::create_directory(at / "tree");
    write_file(at / "tree/inner", content(10));
    write_file(at / "named", content(10));
    WalkRules rules;
    rules.same = std::make_shared<SameContent>();
    const auto results = [&] {
        Outgoing outgoing{make_path_walk(paths_of({at / "named", at / "tree"}), rules)};
        std::vector<Errc> codes;
        while (true) {
            const auto item = outgoing.next_item();
            if (item && !*item) return codes;
            if (item && (*item)->kind() != EntryKind::file) continue;
            codes.push_back(item ? code_of(pour(outgoing).ended) : item.error().code());
        }
    };
    CHECK(results() == std::vector{Errc{}, Errc{}});
    change_secretly(at / "named", 3);
    change_secretly(at / "tree/inner", 3);
    CHECK(results() == std::vector{Errc::source_changed, Errc{}});
}
