#include "transfer/source.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <thread>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

std::string why_unfit(const std::string& path) {
    const auto opened = make_file_source(path)->open();
    REQUIRE(code_of(opened) == Errc::local_io);
    return opened.error().detail();
}

Errc read_to_end(Source& source) {
    Bytes buffer(1000);
    while (true) {
        const auto got = source.read(buffer);
        if (!got) return got.error().code();
        if (*got == 0) return Errc{};
    }
}

}  // namespace

TEST_CASE("what is not a regular file is refused with the reason, and a FIFO never blocks",
          "[transfer][source]") {
    TempFolder at;
    REQUIRE(::mkfifo((at / "fifo").c_str(), 0600) == 0);
    CHECK(why_unfit(at / "fifo").find("a FIFO cannot be sent") != std::string::npos);
    CHECK(why_unfit(at.str()).find("it is a directory, not a file") != std::string::npos);
    CHECK(why_unfit("/dev/zero").find("a device cannot be sent") != std::string::npos);
    CHECK(why_unfit(at / "missing").find("No such file") != std::string::npos);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (at / "socket").copy(address.sun_path, sizeof address.sun_path - 1);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(why_unfit(at / "socket").find("a socket cannot be sent") != std::string::npos);
    ::close(listener);
}

TEST_CASE("an unreadable file is refused", "[transfer][source]") {
    if (::geteuid() == 0) {
        WARN("skipped: root reads everything");
        return;
    }
    TempFolder at;
    write_file(at / "secret", content(1));
    REQUIRE(::chmod((at / "secret").c_str(), 0) == 0);
    CHECK(why_unfit(at / "secret").find("Permission denied") != std::string::npos);
}

TEST_CASE("a file is announced under the last component of its path, links are followed",
          "[transfer][source]") {
    TempFolder at;
    write_file(at / "data.bin", content(7));
    fs::create_symlink(at / "data.bin", at / "link\n");
    for (const std::string name : {"data.bin", "link\n"}) {
        const auto entry = make_file_source(at / name)->open();
        REQUIRE(entry);
        CHECK(entry->kind() == EntryKind::file);
        CHECK(entry->name() == name);
        CHECK(entry->size() == ByteCount{7});
    }
}

TEST_CASE("a source that is not what it was at the start ends in source_changed", "[transfer][source]") {
    TempFolder at;
    const auto path = at / "data";
    write_file(path, content(5000));
    const auto source = make_file_source(path);
    REQUIRE(source->open());
    Bytes buffer(1000);
    REQUIRE(source->read(buffer));
    auto expected = Errc::source_changed;
    SECTION("nothing happened") {
        expected = Errc{};
    }
    SECTION("it grew") {
        std::ofstream{path, std::ios::app} << "more";
    }
    SECTION("it was truncated") {
        REQUIRE(::truncate(path.c_str(), 2000) == 0);
    }
    SECTION("it was truncated to nothing") {
        REQUIRE(::truncate(path.c_str(), 0) == 0);
    }
    SECTION("it was deleted") {
        fs::remove(path);
    }
    SECTION("it was replaced by its twin") {
        write_file(at / "twin", content(5000));
        fs::rename(at / "twin", path);
    }
    SECTION("it was written to in place") {
        write_file(path, content(5000, 2));
        const timespec times[2] = {{1, 0}, {1, 0}};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }
    CHECK(read_to_end(*source) == expected);
}

namespace {

// A file of `size` bytes that holds nothing but `content(length)` at each of `at`.
void write_sparse(const std::string& path, std::uint64_t size, std::vector<std::uint64_t> at,
                  std::size_t length) {
    write_file(path, {});
    REQUIRE(::truncate(path.c_str(), static_cast<off_t>(size)) == 0);
    std::fstream out{path, std::ios::binary | std::ios::in | std::ios::out};
    for (const auto offset : at) {
        out.seekp(static_cast<std::streamoff>(offset));
        const auto bytes = content(length);
        out.write(as_text(bytes).data(), static_cast<std::streamsize>(length));
    }
    REQUIRE(out.flush().good());
}

struct Walk {
    Bytes bytes;  // as the file reads, only for small ones
    std::uint64_t read = 0, skipped = 0;
    int holes = 0;
};

Walk walk(Source& source, bool keep = true) {
    Walk walked;
    Bytes buffer(256 * 1024);
    while (true) {
        const auto hole = source.skip_hole();
        REQUIRE(hole);
        if (*hole > 0) {
            ++walked.holes;
            walked.skipped += *hole;
            if (keep) walked.bytes.resize(walked.bytes.size() + *hole);
            continue;
        }
        const auto got = source.read(buffer);
        REQUIRE(got);
        if (*got == 0) return walked;
        walked.read += *got;
        if (keep) append(walked.bytes, BytesView{buffer}.first(*got));
    }
}

}  // namespace

TEST_CASE("holes of a sparse file are passed over, and nothing but its data is read", "[transfer][source]") {
    TempFolder at;
    write_sparse(at / "sparse", 20 * mib, {0, 3 * mib + 4096, 19 * mib}, 100'000);
    const auto whole = read_file(at / "sparse");
    const auto source = make_file_source(at / "sparse");
    const auto entry = source->open();
    REQUIRE(entry);
    REQUIRE(entry->stored());
    CHECK(entry->stored()->value() < mib);
    const auto walked = walk(*source);
    CHECK(walked.bytes == whole);
    CHECK(walked.holes == 3);
    CHECK(walked.read < mib);
}

TEST_CASE("a file of one hole, or without any, is walked as what it is", "[transfer][source]") {
    TempFolder at;
    write_sparse(at / "hole", 100 * 1024 * mib, {}, 0);
    const auto hole = make_file_source(at / "hole");
    REQUIRE(hole->open());
    const auto walked = walk(*hole, false);
    CHECK(walked.read == 0);
    CHECK(walked.skipped == 100 * 1024 * mib);

    write_file(at / "full", content(2 * mib + 1));
    const auto full = make_file_source(at / "full");
    const auto entry = full->open();
    REQUIRE(entry);
    CHECK_FALSE(entry->stored());
    CHECK(walk(*full).bytes == content(2 * mib + 1));
}

TEST_CASE("a hole longer than one step takes several, and leaves no byte out", "[transfer][source]") {
    TempFolder at;
    write_file(at / "huge", {});
    const std::uint64_t size = 3 * Source::most_hole + 5;
    if (::truncate((at / "huge").c_str(), static_cast<off_t>(size)) != 0) {
        WARN("skipped: the file system has no files of this size");
        return;
    }
    const auto source = make_file_source(at / "huge");
    REQUIRE(source->open());
    const auto walked = walk(*source, false);
    CHECK(walked.skipped + walked.read == size);
    CHECK(walked.read < mib);
}

TEST_CASE("a file can be read from any offset, and any chunk of it again", "[transfer][source]") {
    TempFolder at;
    const auto bytes = content(3 * mib + 7);
    write_file(at / "data", bytes);
    const auto source = make_file_source(at / "data");
    REQUIRE(source->open());
    auto* const again = source->rereader();
    REQUIRE(again != nullptr);
    for (const std::size_t from : {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 3 * mib + 7}) {
        CAPTURE(from);
        again->start_at(from);
        CHECK(walk(*source).bytes == Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end()));
    }
    Bytes chunk(mib);
    REQUIRE(again->read_again(mib, chunk));
    CHECK(std::equal(chunk.begin(), chunk.end(), bytes.begin() + mib));
    CHECK(again->hash_again(mib, mib).value() == crypto::chunk_hash(chunk));
    CHECK(again->hash_again(3 * mib, 7).value() == crypto::chunk_hash(BytesView{bytes}.subspan(3 * mib)));
    REQUIRE(::truncate((at / "data").c_str(), 2 * mib) == 0);
    CHECK(code_of(again->read_again(2 * mib, chunk)) == Errc::source_changed);
    CHECK(code_of(again->hash_again(2 * mib, mib)) == Errc::source_changed);
}

TEST_CASE("the hash of a chunk in a hole is that of zeros", "[transfer][source]") {
    TempFolder at;
    write_sparse(at / "sparse", 4 * mib, {mib + 100}, 10);
    const auto source = make_file_source(at / "sparse");
    REQUIRE(source->open());
    CHECK(source->rereader()->hash_again(0, mib).value() == crypto::zero_chunk_hash);
    CHECK(source->rereader()->hash_again(3 * mib, mib).value() == crypto::zero_chunk_hash);
    CHECK(source->rereader()->hash_again(mib, mib).value() != crypto::zero_chunk_hash);
}

TEST_CASE("a pipe passes once", "[transfer][source]") {
    Pipe pipe;
    const auto source = make_stream_source(pipe.ends[0], "-", "stdin");
    REQUIRE(source->open());
    CHECK(source->rereader() == nullptr);
    CHECK(source->skip_hole().value() == 0);
}

TEST_CASE("a stream gives what a slow writer has said so far, and then its end", "[transfer][source]") {
    Pipe pipe;
    const auto source = make_stream_source(pipe.ends[0], "-", "stdin");
    const auto entry = source->open();
    REQUIRE(entry);
    CHECK(entry->kind() == EntryKind::stream);
    CHECK_FALSE(entry->size());
    REQUIRE(::write(pipe.ends[1], "abc", 3) == 3);
    Bytes buffer(1000);
    CHECK(source->read(buffer).value() == 3);
    pipe.close_end(1);
    CHECK(source->read(buffer).value() == 0);
}

TEST_CASE("a wait for a silent writer ends when another thread stops it", "[transfer][source]") {
    Pipe pipe;
    const auto source = make_stream_source(pipe.ends[0], "-", "stdin");
    REQUIRE(source->open());
    Bytes buffer(10);
    std::thread stopper{[&] { source->stop(); }};
    CHECK(code_of(source->read(buffer)) == Errc::canceled);
    stopper.join();
    CHECK(code_of(source->read(buffer)) == Errc::canceled);
}

TEST_CASE("a closed standard input is said, not waited for", "[transfer][source]") {
    CHECK(code_of(make_stream_source(-1, "-", "stdin")->open()) == Errc::local_io);
}
