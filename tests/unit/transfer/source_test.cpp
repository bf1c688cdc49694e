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
    CHECK(why_unfit(at.str()).find("directories are not supported by this version") != std::string::npos);
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
