// What is there already: each policy of --on-conflict, for files, links and whole trees.
#include "transfer/conflict.hpp"

#include <atomic>
#include <thread>

#include "support.hpp"
#include "transfer/tree.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

constexpr Errc ok{};
const FileTime then{1'500'000'000, 500};
const FileTime earlier{1'500'000'000, 499};
const FileTime later{1'500'000'001, 0};

Entry file(const std::string& name, std::size_t size, FileTime mtime = then) {
    return Entry::file(name, ByteCount{size}, 0644, mtime);
}

void set_times(const std::string& path, FileTime mtime) {
    const timespec times[2] = {{0, UTIME_OMIT}, {mtime.seconds, static_cast<long>(mtime.nanoseconds)}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

struct Receiver {
    Receiver(const TempFolder& to, OnConflict policy)
        : incoming(make_folder_output(folder_at(to.str()), AnyNames::no, policy), ReceivePolicy{}) {}

    // taken and complete: nothing; there already: Errc::in_use stands for it here.
    Errc put(const Entry& entry, const Bytes& bytes) {
        const auto begun = incoming.begin(entry, keyed());
        if (!begun) return begun.error().code();
        if (*begun == Incoming::Begun::there) return Errc::in_use;
        if (auto taken = incoming.data(bytes); !taken) return taken.error().code();
        return code_of(incoming.end(ItemEnd{ByteCount{bytes.size()}, digest_of(bytes)}));
    }
    Errc enter(const std::string& name, std::uint32_t mode = 0755) {
        return code_of(incoming.enter(Entry::folder(name, mode, then), keyed()));
    }
    Errc link(const std::string& name, const std::string& target, FileTime mtime = then) {
        const auto begun = incoming.link(Entry::link(name, target, mtime), 5);
        if (!begun) return begun.error().code();
        return *begun == Incoming::Begun::there ? Errc::in_use : ok;
    }
    Errc keep(const Entry& entry) { return code_of(incoming.keep(entry, keyed())); }

    Incoming incoming;
};

}  // namespace

TEST_CASE("what is there gives way, stays or is a reason to refuse, as the policy says",
          "[transfer][conflict]") {
    struct Case {
        OnConflict policy;
        std::size_t size;  // of what comes; 10 bytes are there, of `then`
        FileTime mtime;
        Errc result;  // in_use: it stays
        Errc kept;    // when the sender says that it is there
    };
    const Case cases[] = {
        {OnConflict::overwrite, 10, then, ok, ok},
        {OnConflict::overwrite, 10, earlier, ok, Errc::refused},
        {OnConflict::overwrite, 11, then, ok, Errc::refused},
        {OnConflict::newer, 10, then, Errc::in_use, ok},
        {OnConflict::newer, 11, then, Errc::in_use, ok},
        {OnConflict::newer, 11, earlier, Errc::in_use, ok},
        {OnConflict::newer, 11, later, ok, Errc::refused},
        {OnConflict::skip, 10, then, Errc::in_use, ok},
        {OnConflict::skip, 11, then, Errc::refused, Errc::refused},
        {OnConflict::skip, 10, later, Errc::refused, Errc::refused},
        {OnConflict::fail, 10, then, Errc::refused, Errc::refused},
    };
    const auto in_tree = GENERATE(false, true);
    for (const auto& c : cases) {
        CAPTURE(in_tree, static_cast<int>(c.policy), c.size, c.mtime.seconds, c.mtime.nanoseconds);
        TempFolder to{fast_parent()};
        if (in_tree) REQUIRE(::mkdir((to / "t").c_str(), 0755) == 0);
        const auto path = to / (in_tree ? "t/a" : "a");
        write_file(path, content(10, 1));
        set_times(path, then);
        Receiver in{to, c.policy};
        if (in_tree) {
            const auto entered = in.enter("t");
            if (c.policy == OnConflict::fail) {
                CHECK(entered == Errc::refused);
                continue;
            }
            REQUIRE(entered == ok);
        }
        CHECK(in.keep(file("a", c.size, c.mtime)) == c.kept);
        CHECK(in.put(file("a", c.size, c.mtime), content(c.size, 2)) == c.result);
        CHECK(in.put(file("b", 3), content(3, 3)) == ok);
        if (in_tree) REQUIRE(in.incoming.up());
        CHECK(read_file(path) == (c.result == ok ? content(c.size, 2) : content(10, 1)));
        CHECK(read_file(to / (in_tree ? "t/b" : "b")) == content(3, 3));
        CHECK_FALSE(fs::exists(to / OutputFolder::partial_folder));
    }
}

TEST_CASE("a whole second is the time of a file on a file system without finer ones",
          "[transfer][conflict]") {
    Found there;
    there.kind = Found::Kind::file;
    there.size = 10;
    there.mtime = FileTime{then.seconds, 0};
    CHECK(has_time(there, then));
    CHECK(judge(OnConflict::skip, file("a", 10), there, false).value() == Verdict::stay);
    there.mtime = FileTime{then.seconds, 1};
    CHECK_FALSE(has_time(there, then));
    CHECK_FALSE(has_time(there, std::nullopt));
}

TEST_CASE("no policy puts a file over a folder, a folder over a file, or anything over what is special",
          "[transfer][conflict]") {
    const auto policy = GENERATE(OnConflict::overwrite, OnConflict::newer, OnConflict::skip);
    TempFolder to;
    REQUIRE(::mkdir((to / "folder").c_str(), 0755) == 0);
    REQUIRE(::mkfifo((to / "fifo").c_str(), 0644) == 0);
    write_file(to / "file", content(3));
    Receiver in{to, policy};
    CHECK(in.put(file("folder", 1), content(1)) == Errc::refused);
    CHECK(in.put(file("fifo", 1), content(1)) == Errc::refused);
    CHECK(in.enter("file") == Errc::refused);
    REQUIRE(in.incoming.up());
    CHECK(read_file(to / "file") == content(3));
}

TEST_CASE("a symlink that is there is replaced or stays, and is never followed", "[transfer][conflict]") {
    TempFolder outside;
    TempFolder to;
    write_file(outside / "secret", content(3));
    fs::create_symlink(outside / "secret", to / "a");
    fs::create_symlink(outside.str(), to / "folder");
    Receiver in{to, OnConflict::overwrite};
    CHECK(in.put(file("a", 5), content(5)) == ok);
    CHECK(in.enter("folder") == Errc::refused);
    REQUIRE(in.incoming.up());
    CHECK(fs::is_regular_file(fs::symlink_status(to / "a")));
    CHECK(read_file(outside / "secret") == content(3));
    CHECK(outside.names() == std::vector<std::string>{"secret"});
}

TEST_CASE("a tree is merged: what is there and does not come stays", "[transfer][conflict]") {
    ::umask(022);
    TempFolder to;
    REQUIRE(::mkdir((to / "t").c_str(), 0700) == 0);
    REQUIRE(::mkdir((to / "t/sub").c_str(), 0555) == 0);
    write_file(to / "t/mine", content(4));
    fs::create_symlink("mine", to / "t/same");
    fs::create_symlink("mine", to / "t/other");
    Receiver in{to, OnConflict::overwrite};
    REQUIRE(in.enter("t", 0750) == ok);
    REQUIRE(in.enter("sub", 0555) == ok);
    CHECK(in.put(file("new", 5), content(5)) == ok);
    REQUIRE(in.incoming.up());
    REQUIRE(in.enter("made", 0711) == ok);
    REQUIRE(in.incoming.up());
    CHECK(in.keep(Entry::link("same", "mine", then)) == ok);
    CHECK(in.keep(Entry::link("other", "sub", then)) == Errc::refused);
    CHECK(in.link("other", "sub") == ok);
    CHECK(in.link("fresh", "sub/new") == ok);
    const auto placed = in.incoming.up();
    REQUIRE(placed);
    CHECK((*placed)->path() == to / "t");
    CHECK((*placed)->failed_links().empty());
    CHECK(TempFolder::names_in(to / "t") ==
          std::vector<std::string>{"fresh", "made", "mine", "other", "same", "sub"});
    CHECK(fs::read_symlink(to / "t/other") == "sub");
    CHECK(read_file(to / "t/fresh") == content(5));
    struct stat found {};
    REQUIRE(::stat((to / "t").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0750);
    CHECK(found.st_mtim.tv_sec == then.seconds);
    REQUIRE(::stat((to / "t/sub").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0555);
    CHECK(to.names() == std::vector<std::string>{"t"});
}

TEST_CASE("with fail a name that is taken meanwhile is refused at the end", "[transfer][conflict]") {
    TempFolder to;
    Receiver in{to, OnConflict::fail};
    SECTION("of a file") {
        REQUIRE(in.incoming.begin(file("a", 3), keyed()));
        write_file(to / "a", content(9));
        REQUIRE(in.incoming.data(content(3)));
        CHECK(code_of(in.incoming.end(ItemEnd{ByteCount{3}, digest_of(content(3))})) == Errc::refused);
        CHECK(read_file(to / "a") == content(9));
    }
    SECTION("of a tree") {
        REQUIRE(in.enter("a") == ok);
        write_file(to / "a", content(9));
        CHECK(code_of(in.incoming.up()) == Errc::refused);
        CHECK(read_file(to / "a") == content(9));
    }
}

TEST_CASE("a folder that turns into a symlink all the time leads nothing outside", "[transfer][conflict]") {
    TempFolder outside{fast_parent()};
    TempFolder to{fast_parent()};
    REQUIRE(::mkdir((to / "t").c_str(), 0755) == 0);
    REQUIRE(::mkdir((to / "t/d").c_str(), 0755) == 0);
    fs::create_symlink(outside.str(), to / "l");
    std::atomic<bool> over = false;
    // Swaps the folder and the symlink, so that the name is always there.
    std::thread flipper{[&, from = to / "l", folder = to / "t/d"] {
        while (!over)
            ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE);
    }};
    unsigned refused = 0;
    unsigned taken = 0;
    for (unsigned n = 0; n < 1000; ++n) {
        Receiver in{to, OnConflict::overwrite};
        REQUIRE(in.enter("t") == ok);
        const auto entered = in.enter("d");
        (entered == ok ? taken : refused) += 1;
        if (entered == ok) {
            (void)in.put(file("a", 4), content(4, n));
            (void)in.enter("e");
            (void)in.put(file("b", 4), content(4, n));
            REQUIRE(in.incoming.up());
            (void)in.link("x", "a");
        }
        REQUIRE(in.incoming.up());
        (void)in.incoming.up();
    }
    over = true;
    flipper.join();
    CHECK(outside.names().empty());
    CHECK(taken > 0);
    CHECK(refused > 0);
}
