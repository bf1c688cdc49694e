// A tree as it arrives: what is taken, what is refused, and that it shows whole or not at all.
#include "transfer/tree.hpp"

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const FileTime some_time{1'234'567'890, 123'456'789};

Entry folder(const std::string& name, std::uint32_t mode = 0755) {
    return Entry::folder(name, mode, some_time);
}

Entry file(const std::string& name, std::size_t size, std::uint32_t mode = 0644) {
    return Entry::file(name, ByteCount{size}, mode, some_time);
}

struct Receiver {
    explicit Receiver(const TempFolder& to, AnyNames any = AnyNames::no, Resolve how = Resolve::kernel,
                      ReceivePolicy policy = {})
        : incoming(make_folder_output(folder_at(to.str(), how), any), policy) {}

    Errc enter(const std::string& name, std::uint32_t mode = 0755) {
        return code_of(incoming.enter(folder(name, mode), keyed()));
    }
    Errc put(const std::string& name, const Bytes& bytes, std::uint32_t mode = 0644) {
        return code_of(deliver(incoming, file(name, bytes.size(), mode), bytes));
    }
    Errc link(const std::string& name, const std::string& target, std::uint32_t number = 7) {
        return code_of(incoming.link(Entry::link(name, target, some_time), number));
    }
    Result<std::optional<TreePlaced>> up() { return incoming.up(); }

    Incoming incoming;
};

struct stat look_of(const std::string& path) {
    struct stat found {};
    REQUIRE(::lstat(path.c_str(), &found) == 0);
    return found;
}

void check_made(const std::string& path, mode_t mode) {
    CAPTURE(path);
    const auto found = look_of(path);
    CHECK((found.st_mode & 07777) == mode);
    CHECK(found.st_mtim.tv_sec == some_time.seconds);
    CHECK(found.st_mtim.tv_nsec == some_time.nanoseconds);
}

constexpr Errc ok{};

}  // namespace

TEST_CASE("a tree shows whole, with modes, times and links, and not before its end", "[transfer][tree]") {
    const auto how = GENERATE(Resolve::kernel, Resolve::walk);
    ::umask(022);
    TempFolder to;
    Receiver in{to, AnyNames::no, how};
    REQUIRE(in.enter("v1.2", 0555) == ok);
    REQUIRE(in.enter("read-only", 0555) == ok);
    REQUIRE(in.put("a", content(5000), 0444) == ok);
    REQUIRE(in.enter("empty", 0500) == ok);
    REQUIRE(in.up());
    REQUIRE(in.link("to-a", "a") == ok);
    REQUIRE(in.link("to-top", "..") == ok);
    REQUIRE(in.up());
    REQUIRE(in.put("big", content(3 * mib + 1), 06755) == ok);
    REQUIRE(in.put("none", {}) == ok);
    REQUIRE(in.link("to-big", "read-only/../big") == Errc::refused);
    REQUIRE(in.link("to-big", "big") == ok);
    CHECK(to.names() == std::vector<std::string>{OutputFolder::partial_folder});
    const auto placed = in.up();
    REQUIRE(placed);
    REQUIRE(*placed);
    CHECK((*placed)->path() == to / "v1.2");
    CHECK((*placed)->failed_links().empty());
    CHECK(to.names() == std::vector<std::string>{"v1.2"});
    check_made(to / "v1.2", 0555);
    check_made(to / "v1.2/read-only", 0555);
    check_made(to / "v1.2/read-only/empty", 0500);
    check_made(to / "v1.2/read-only/a", 0444);
    check_made(to / "v1.2/big", 0755);
    check_made(to / "v1.2/none", 0644);
    check_made(to / "v1.2/to-big", 0777);
    check_made(to / "v1.2/read-only/to-top", 0777);
    CHECK(read_file(to / "v1.2/read-only/to-a") == content(5000));
    CHECK(read_file(to / "v1.2/to-big") == content(3 * mib + 1));
    CHECK(fs::read_symlink(to / "v1.2/read-only/to-top") == "..");
}

TEST_CASE("a second tree of a name is beside the first, and dots in its name are no extension",
          "[transfer][tree]") {
    TempFolder to;
    Receiver in{to};
    for (unsigned n = 0; n < 2; ++n) {
        REQUIRE(in.enter("v1.2") == ok);
        REQUIRE(in.put("a", content(10, n)) == ok);
        REQUIRE(in.up());
    }
    CHECK(to.names() == std::vector<std::string>{"v1.2", "v1.2 (2)"});
    CHECK(read_file(to / "v1.2/a") == content(10, 0));
    CHECK(read_file(to / "v1.2 (2)/a") == content(10, 1));
}

TEST_CASE("an entry that is refused is left out and the rest of its tree arrives", "[transfer][tree]") {
    TempFolder to;
    ReceivePolicy policy;
    policy.max_size = ByteCount{100};
    Receiver in{to, AnyNames::no, Resolve::kernel, policy};
    REQUIRE(in.enter("t") == ok);
    CHECK(in.put("../x", content(1)) == Errc::refused);
    CHECK(in.put("large", content(101)) == Errc::refused);
    CHECK(in.put("a\nb", content(1)) == Errc::refused);
    CHECK(in.put("c1\xc2\x85", content(1)) == Errc::refused);
    CHECK(in.put(".p2pc-x", content(1)) == Errc::refused);
    CHECK(in.put("same", content(1)) == ok);
    CHECK(in.put("same", content(2)) == Errc::refused);
    CHECK(in.enter("same") == Errc::refused);
    CHECK(in.incoming.begin(file("in it", 1), keyed()).value() == Incoming::Begun::passed);
    CHECK(in.incoming.enter(folder("deeper"), keyed()).value() == Incoming::Begun::passed);
    REQUIRE(in.up());
    REQUIRE(in.up());
    CHECK(in.put(".hidden", content(3)) == ok);
    CHECK(in.put("-rf", content(4)) == ok);
    // Damaged on its way: nothing is left of it.
    REQUIRE(in.incoming.begin(file("damaged", 3), keyed()));
    REQUIRE(in.incoming.data(content(3)));
    CHECK(code_of(in.incoming.end(ItemEnd{ByteCount{3}, digest_of(content(3, 9))})) == Errc::integrity);
    REQUIRE(in.link("same", "-rf", 77) == ok);
    const auto placed = in.up();
    REQUIRE(placed);
    REQUIRE((*placed)->failed_links().size() == 1);
    CHECK((*placed)->failed_links()[0].number == 77);
    CHECK((*placed)->failed_links()[0].why.code() == Errc::refused);
    CHECK(TempFolder::names_in(to / "t") == std::vector<std::string>{"-rf", ".hidden", "same"});
    CHECK(read_file(to / "t/same") == content(1));
}

TEST_CASE("a tree of which something found no room does not show, and the same command completes it",
          "[transfer][tree]") {
    TempFolder to;
    constexpr std::uint64_t pib = std::uint64_t{1} << 50;
    {
        Receiver in{to};
        REQUIRE(in.enter("t") == ok);
        CHECK(in.put("a", content(10)) == ok);
        REQUIRE(in.enter("sub") == ok);
        CHECK(code_of(in.incoming.begin(file("huge", pib), keyed())) == Errc::no_space);
        CHECK(code_of(in.incoming.end(ItemEnd{ByteCount{pib}, ""})) == Errc::no_space);
        CHECK(in.put("b", content(11)) == ok);
        REQUIRE(in.up());
        CHECK(code_of(in.up()) == Errc::no_space);
        CHECK(to.names() == std::vector<std::string>{OutputFolder::partial_folder});
        // The tree after it is another one.
        REQUIRE(in.incoming.enter(folder("u"), keyed(key(2))));
        REQUIRE(in.up());
        CHECK(to.names() == std::vector<std::string>{OutputFolder::partial_folder, "u"});
    }
    Receiver in{to};
    REQUIRE(in.enter("t") == ok);
    CHECK(in.incoming.keep(file("a", 10), keyed()).value() == Incoming::Begun::there);
    REQUIRE(in.enter("sub") == ok);
    CHECK(in.put("huge", content(12)) == ok);
    CHECK(in.incoming.keep(file("b", 11), keyed()).value() == Incoming::Begun::there);
    REQUIRE(in.up());
    REQUIRE(in.up());
    CHECK(to.names() == std::vector<std::string>{"t", "u"});
    CHECK(read_file(to / "t/sub/huge") == content(12));
}

TEST_CASE("of a file with holes in a tree there need be room for its data only", "[transfer][tree]") {
    TempFolder to;
    Receiver in{to};
    REQUIRE(in.enter("t") == ok);
    constexpr std::uint64_t tib = std::uint64_t{1} << 40;
    auto sparse = file("sparse", tib);
    sparse.set_stored(ByteCount{4096});
    CHECK(code_of(in.incoming.begin(sparse, keyed())) == ok);
}

TEST_CASE("with --any-names control characters are kept, and nothing else that was refused",
          "[transfer][tree]") {
    TempFolder to;
    Receiver in{to, AnyNames::yes};
    REQUIRE(in.enter("t\n") == ok);
    CHECK(in.put("a\nb", content(1)) == ok);
    CHECK(in.link("l\x7f", "a\nb") == ok);
    CHECK(in.put("..", content(1)) == Errc::refused);
    CHECK(in.put("\xff", content(1)) == Errc::refused);
    REQUIRE(in.up());
    CHECK(TempFolder::names_in(to / "t\n") == std::vector<std::string>{"a\nb", "l\x7f"});
}

TEST_CASE("folders go 32 deep, and the one below is refused with all in it", "[transfer][tree]") {
    TempFolder to;
    Receiver in{to};
    std::string path = to.str();
    for (std::size_t n = 0; n < Tree::most_depth; ++n) {
        REQUIRE(in.enter("d") == ok);
        path += "/d";
    }
    CHECK(in.enter("d") == Errc::refused);
    CHECK(in.incoming.begin(file("x", 1), keyed()).value() == Incoming::Begun::passed);
    REQUIRE(in.up());
    REQUIRE(in.put("y", content(1)) == ok);
    for (std::size_t n = 0; n < Tree::most_depth; ++n)
        REQUIRE(in.up());
    CHECK(TempFolder::names_in(path) == std::vector<std::string>{"y"});
}

TEST_CASE("a walk that breaks its order ends the delivery", "[transfer][tree]") {
    TempFolder to;
    Receiver in{to};
    SECTION("an up without a folder") {
        CHECK(code_of(in.up()) == Errc::malformed);
    }
    SECTION("an up too many") {
        REQUIRE(in.enter("t") == ok);
        REQUIRE(in.up());
        CHECK(code_of(in.up()) == Errc::malformed);
    }
    SECTION("an up too many behind a refused folder") {
        CHECK(in.enter("..") == Errc::refused);
        REQUIRE(in.up());
        CHECK(code_of(in.up()) == Errc::malformed);
    }
    SECTION("a folder, a link and an up within a file") {
        REQUIRE(in.enter("t") == ok);
        REQUIRE(in.incoming.begin(file("a", 10), keyed()));
        const auto which = GENERATE(0, 1, 2);
        CHECK((which == 0   ? in.enter("d")
               : which == 1 ? in.link("l", "a")
                            : code_of(in.up())) == Errc::malformed);
    }
    CHECK(in.put("a", content(1)) == Errc::malformed);
}

TEST_CASE("a link may lead up to the top of its tree, by '..' in front, and no further", "[transfer][tree]") {
    CHECK(check_link_target("a", 0, AnyNames::no));
    CHECK(check_link_target("../a", 1, AnyNames::no));
    CHECK(check_link_target("../../a/b", 2, AnyNames::no));
    CHECK(check_link_target("..", 1, AnyNames::no));
    CHECK(check_link_target("a/b/", 0, AnyNames::no));
    const std::pair<std::string, std::size_t> wrong[] = {
        {"", 3},           {"/", 3},       {"/etc/passwd", 3},
        {"..", 0},         {"../..", 1},   {"a/..", 3},
        {"a/y/..", 3},     {"../a/..", 3}, {"./..", 3},
        {"../../../a", 2}, {"a//..", 3},   {std::string("a\0b", 3), 3},
        {"\xff", 3},       {"a\nb", 3},    {std::string(4096, 'a'), 3},
    };
    for (const auto& [target, depth] : wrong) {
        CAPTURE(target, depth);
        CHECK(code_of(check_link_target(target, depth, AnyNames::no)) == Errc::refused);
    }
    CHECK(check_link_target("a\nb", 0, AnyNames::yes));
}

TEST_CASE("a link out of the tree through another link is refused", "[transfer][tree]") {
    TempFolder to;
    Receiver in{to};
    CHECK(in.link("l", "a") == Errc::refused);  // outside a folder
    REQUIRE(in.enter("t") == ok);
    CHECK(in.link("out", "..") == Errc::refused);
    REQUIRE(in.enter("a") == ok);
    CHECK(in.link("y", "..") == ok);
    REQUIRE(in.up());
    CHECK(in.link("x", "a/y/..") == Errc::refused);
    REQUIRE(in.up());
    CHECK(TempFolder::names_in(to / "t") == std::vector<std::string>{"a"});
}

TEST_CASE("a tree that was cut off goes on where it was, without what is not named any more",
          "[transfer][tree]") {
    TempFolder to;
    {
        Receiver in{to};
        REQUIRE(in.enter("t") == ok);
        REQUIRE(in.enter("sub", 0500) == ok);
        REQUIRE(in.put("kept", content(10)) == ok);
        REQUIRE(in.put("gone", content(10)) == ok);
        REQUIRE(in.up());
        REQUIRE(in.put("was a file", content(1)) == ok);
        REQUIRE(in.enter("was a folder") == ok);
        REQUIRE(in.up());
        REQUIRE(in.incoming.begin(file("half", 100), keyed()));
        REQUIRE(in.incoming.data(content(50)));
    }
    CHECK(to.names() == std::vector<std::string>{OutputFolder::partial_folder});
    Receiver in{to};
    REQUIRE(in.enter("t") == ok);
    REQUIRE(in.enter("sub", 0500) == ok);
    CHECK(code_of(in.incoming.keep(file("kept", 11), keyed())) == Errc::refused);
    CHECK(code_of(in.incoming.keep(file("never", 10), keyed())) == Errc::refused);
    CHECK(in.incoming.keep(file("kept", 10), keyed()));
    CHECK(in.put("kept", content(10)) == Errc::refused);  // a second one
    REQUIRE(in.up());
    REQUIRE(in.enter("was a file") == ok);
    REQUIRE(in.up());
    CHECK(in.put("was a folder", content(2)) == ok);
    CHECK(code_of(in.incoming.keep(file("half", 100), keyed())) == Errc::refused);
    CHECK(in.put("half", content(100)) == ok);
    CHECK(in.put("half", content(100)) == Errc::refused);
    REQUIRE(in.up());
    CHECK(to.names() == std::vector<std::string>{"t"});
    CHECK(TempFolder::names_in(to / "t") ==
          std::vector<std::string>{"half", "sub", "was a file", "was a folder"});
    CHECK(TempFolder::names_in(to / "t/sub") == std::vector<std::string>{"kept"});
    CHECK(read_file(to / "t/half") == content(100));
    CHECK(read_file(to / "t/was a folder") == content(2));
}

TEST_CASE("a file's place takes no tree", "[transfer][tree]") {
    TempFolder to;
    Incoming named{make_named_output(folder_at(to.str()), "x"), ReceivePolicy{}};
    CHECK(code_of(named.enter(folder("t"), keyed())) == Errc::refused);
    REQUIRE(named.up());
    Pipe pipe;
    Incoming stream{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
    CHECK(code_of(stream.enter(folder("t"), keyed())) == Errc::refused);
    CHECK(to.names().empty());
}

TEST_CASE("every name of one or two bytes is taken as it is in a tree, or refused", "[transfer][tree]") {
    TempFolder to{fast_parent()};
    Receiver in{to};
    REQUIRE(in.enter("t") == ok);
    std::vector<std::string> taken;
    for (unsigned n = 0; n < 256 + 65536; ++n) {
        std::string name;
        if (n >= 256) name.push_back(static_cast<char>((n - 256) >> 8));
        name.push_back(static_cast<char>(n & 0xff));
        const auto begun = in.incoming.begin(file(name, 0), keyed());
        if (!begun) {
            CHECK(begun.error().code() == Errc::refused);
            continue;
        }
        REQUIRE(in.incoming.end(ItemEnd{ByteCount{0}, digest_of({})}));
        taken.push_back(name);
    }
    REQUIRE(in.up());
    std::sort(taken.begin(), taken.end());
    CHECK(TempFolder::names_in(to / "t") == taken);
    // 94 printable ASCII characters and the space, but ".", "/" alone; in pairs all but "..", "/"; and what
    // UTF-8 has in two bytes, less the 32 controls: 30 leads of 64.
    CHECK(taken.size() == 93 + 94 * 94 - 1 + 30 * 64 - 32);
    CHECK(to.names() == std::vector<std::string>{"t"});
}
