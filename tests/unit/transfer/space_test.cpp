// Room on the disk: what stays free, what is allocated ahead, and a disk that fills up.
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>

#include "support.hpp"
#include "transfer/free_space.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

constexpr std::uint64_t gib = 1024 * mib;

// A file system of a few MiB; needs root.
class SmallDisk {
  public:
    SmallDisk() {
        mounted_ =
            ::mount("tmpfs", at_.str().c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=8m,mode=700") == 0;
        if (!mounted_) WARN("skipped: needs root to mount a small disk");
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(at_.str().c_str(), MNT_DETACH);
    }
    explicit operator bool() const { return mounted_; }
    const TempFolder& folder() const { return at_; }

  private:
    TempFolder at_;
    bool mounted_ = false;
};

std::uint64_t allocated(const std::string& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return static_cast<std::uint64_t>(found.st_blocks) * 512;
}

}  // namespace

TEST_CASE("a gibibyte stays free on a large disk, a twentieth on a small one", "[transfer][space]") {
    const FreeSpace large{1000 * gib, 10 * gib};
    CHECK(check_room(large, 9 * gib));
    CHECK(code_of(check_room(large, 9 * gib + 1)) == Errc::no_space);
    const FreeSpace small{100 * mib, 50 * mib};
    CHECK(check_room(small, 45 * mib));
    CHECK(code_of(check_room(small, 45 * mib + 1)) == Errc::no_space);
    const FreeSpace full{100 * mib, mib};
    CHECK(check_room(full, 0));
    CHECK(code_of(check_room(full, 1)) == Errc::no_space);
    CHECK(code_of(check_room(large, ~std::uint64_t{0})) == Errc::no_space);
}

TEST_CASE("a claimed size takes no more than 256 MiB of the disk ahead of its data", "[transfer][space]") {
    TempFolder to;
    const auto space = free_space(folder_at(to.str())->held().fd());
    REQUIRE(space);
    if (!check_room(*space, gib)) {
        WARN("skipped: needs a gibibyte of free disk");
        return;
    }
    auto partial = folder_at(to.str())->create_partial(key(), ByteCount{gib});
    REQUIRE(partial);
    REQUIRE(partial->append(content(100'000)));
    const auto path = to / (".p2pc-partial/" + partial->name());
    CHECK(allocated(path) <= 257 * mib);
    CHECK(fs::file_size(path) == 100'000);
    std::move(*partial).keep();
    CHECK(fs::file_size(path) == 100'000);
    CHECK(allocated(path) <= mib);
}

TEST_CASE("a stream that ended holds no more of the disk than its data", "[transfer][space]") {
    TempFolder to;
    const auto bytes = content(5 * mib + 1);
    REQUIRE(deliver_into(to.str(), Entry::stream("a"), bytes));
    CHECK(read_file(to / "a") == bytes);
    CHECK(allocated(to / "a") <= 5 * mib + 64 * 1024);
}

TEST_CASE("a claim larger than the disk is refused before anything is made", "[transfer][space]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    CHECK(code_of(folder->create_partial(key(), ByteCount{std::uint64_t{1} << 62})) == Errc::no_space);
    CHECK(code_of(folder->create_partial(key(), ByteCount{~std::uint64_t{0}})) == Errc::no_space);
    CHECK(to.names().empty());
}

TEST_CASE("a disk that fills up ends the item, keeps nothing of a stream, and works again with space",
          "[transfer][space]") {
    SmallDisk disk;
    if (!disk) return;
    const auto& to = disk.folder();
    write_file(to / "old", content(5));
    write_file(to / "filler", content(5 * mib));
    const auto bytes = content(4 * mib);
    CHECK(code_of(deliver_into(to.str(), file_entry("a", bytes.size()), bytes)) == Errc::no_space);
    CHECK(code_of(deliver_into(to.str(), Entry::stream("a"), bytes)) == Errc::no_space);
    CHECK(to.names() == std::vector<std::string>{"filler", "old"});
    const auto space = free_space(folder_at(to.str())->held().fd());
    REQUIRE(space);
    CHECK(space->available >= 8 * mib / 20);  // the reserve is still there
    fs::remove(to / "filler");
    CHECK(deliver_into(to.str(), file_entry("a", bytes.size()), bytes));
    CHECK(to.names() == std::vector<std::string>{"a", "old"});
    CHECK(read_file(to / "a") == bytes);
    CHECK(read_file(to / "old") == content(5));
}

TEST_CASE("a disk filled by another in the middle of a file ends it with a whole prefix kept",
          "[transfer][space]") {
    SmallDisk disk;
    if (!disk) return;
    const auto& to = disk.folder();
    Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
    auto bytes = content(4 * mib);
    std::fill_n(bytes.begin(), mib, std::byte{0});
    auto entry = file_entry("a", bytes.size());
    entry.set_source(SourceId{std::byte{1}});
    REQUIRE(incoming.begin(entry, keyed()));
    REQUIRE(incoming.hole(mib));  // from here on nothing is allocated ahead
    REQUIRE(incoming.data(BytesView{bytes}.subspan(mib, mib)));
    write_file(to / "filler", content(6 * mib));
    CHECK(code_of(incoming.data(BytesView{bytes}.subspan(2 * mib))) == Errc::no_space);
    CHECK(code_of(incoming.end(ItemEnd{ByteCount{4 * mib}, digest_of(bytes)})) == Errc::no_space);
    const auto left = read_file(to / (".p2pc-partial/" + key().file_name()));
    CHECK(left.size() >= 2 * mib);
    CHECK(std::equal(left.begin(), left.end(), bytes.begin()));
}

TEST_CASE("a write the kernel refuses is said, and leaves neither file nor partial", "[transfer][space]") {
    TempFolder to;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto old_action = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1'000'000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto announced = deliver_into(to.str(), file_entry("a", 2'000'000), content(2'000'000));
    const auto streamed = deliver_into(to.str(), Entry::stream("a"), content(2'000'000));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, old_action);
    CHECK(code_of(announced) == Errc::local_io);
    CHECK(code_of(streamed) == Errc::local_io);
    CHECK(to.names().empty());
}
