// What a sender that asks is told, and what it may have removed.
#include "transfer/asking.hpp"

#include "support.hpp"
#include "transfer/tree.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const FileTime then{1'500'000'000, 500};
const ByteCount any_size{std::uint64_t{1} << 62};

Entry file(const std::string& name, std::size_t size) {
    return Entry::file(name, ByteCount{size}, 0644, then);
}
Entry folder(const std::string& name) {
    return Entry::folder(name, 0755, then);
}
Entry link_entry(const std::string& name, const std::string& target) {
    return Entry::link(name, target, then);
}

void put(const std::string& path, std::size_t size) {
    write_file(path, content(size));
    const timespec times[2] = {{0, UTIME_OMIT}, {then.seconds, static_cast<long>(then.nanoseconds)}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

Asking asking(const TempFolder& to, OnConflict policy, Removal* removal = nullptr) {
    return {folder_at(to.str()), AnyNames::no, policy, any_size, removal};
}

// send: s, keep: k, refused: r
char told(Asking& asked, const Entry& entry) {
    const auto answer = asked.ask(entry, keyed());
    return answer.refused() ? 'r' : answer.keeps() ? 'k' : 's';
}

Incoming mirror(const TempFolder& to) {
    return Incoming{make_folder_output(folder_at(to.str()), AnyNames::no, OnConflict::overwrite),
                    ReceivePolicy{}, Incoming::Removing::yes};
}

}  // namespace

TEST_CASE("what is there is told as the policy has it, and nothing is made", "[transfer][asking]") {
    TempFolder to;
    REQUIRE(::mkdir((to / "t").c_str(), 0755) == 0);
    REQUIRE(::mkdir((to / "t/folder").c_str(), 0755) == 0);
    put(to / "t/same", 10);
    put(to / "t/old", 11);
    fs::create_symlink("same", to / "t/l");
    put(to / "same", 10);
    const std::string wanted_of[] = {"kss", "kss", "krs"};
    const OnConflict policies[] = {OnConflict::overwrite, OnConflict::newer, OnConflict::skip};
    for (unsigned n = 0; n < 3; ++n) {
        CAPTURE(n);
        auto asked = asking(to, policies[n]);
        CHECK(told(asked, file("same", 10)) == 'k');
        CHECK(told(asked, file("../same", 10)) == 'r');
        asked.enter(folder("t"), keyed());
        CHECK(told(asked, file("same", 10)) == 'k');
        CHECK(told(asked, file("old", 10)) == (n == 0 ? 's' : n == 1 ? 'k' : 'r'));
        CHECK(told(asked, file("none", 10)) == 's');
        CHECK(told(asked, file("folder", 10)) == 'r');
        CHECK(told(asked, file("a\nb", 10)) == 'r');
        CHECK(told(asked, link_entry("l", "same")) == 'k');
        CHECK(told(asked, link_entry("out", "..")) == 'r');
        asked.enter(folder("same"), keyed());  // a file is there
        CHECK(told(asked, file("x", 10)) == 'r');
        REQUIRE(asked.up());
        asked.enter(folder("new"), keyed());
        CHECK(told(asked, file("x", 10)) == 's');
        REQUIRE(asked.up());
        REQUIRE(asked.up());
        CHECK(code_of(asked.up()) == Errc::malformed);
    }
    CHECK(TempFolder::names_in(to / "t") == std::vector<std::string>{"folder", "l", "old", "same"});
}

TEST_CASE("where what comes is put beside, nothing is told of what is there", "[transfer][asking]") {
    TempFolder to;
    REQUIRE(::mkdir((to / "t").c_str(), 0755) == 0);
    put(to / "t/same", 10);
    put(to / "same", 10);
    auto asked = asking(to, OnConflict::rename);
    CHECK(told(asked, file("same", 10)) == 's');
    asked.enter(folder("t"), keyed());
    CHECK(told(asked, file("same", 10)) == 's');
}

TEST_CASE("of a partial tree what is complete need not come, where its digest is the source's",
          "[transfer][asking]") {
    ::umask(022);
    TempFolder to;
    const auto half = content(3 * mib, 2);
    {
        Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
        REQUIRE(incoming.enter(folder("t"), keyed()));
        REQUIRE(deliver(incoming, file("whole", mib + 5), content(mib + 5)));
        REQUIRE(incoming.begin(file("half", 3 * mib), keyed()));
        REQUIRE(incoming.data(BytesView{half}.first(2 * mib + 5)));
    }
    auto asked = asking(to, OnConflict::rename);
    asked.enter(folder("t"), keyed());
    const auto answer = asked.ask(file("whole", mib + 5), keyed());
    CHECK(answer.keeps());
    CHECK(answer.digest() == digest_of(content(mib + 5)));
    CHECK(told(asked, file("whole", mib + 6)) == 's');
    CHECK(asked.ask(file("half", 3 * mib), keyed()).from() == 2 * mib);
    CHECK(asked.ask(file("half", 2 * mib), keyed()).from() == 0);
    CHECK(told(asked, file("none", 10)) == 's');

    Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
    REQUIRE(incoming.enter(folder("t"), keyed()));
    REQUIRE(incoming.keep(file("whole", mib + 5), keyed()));
    auto entry = file("half", 3 * mib);
    entry.set_from(2 * mib);
    REQUIRE(incoming.begin(entry, keyed()));
    REQUIRE(incoming.data(BytesView{half}.subspan(2 * mib)));
    REQUIRE(incoming.next_hashes(16));
    REQUIRE(incoming.end(ItemEnd{ByteCount{3 * mib}, digest_of(half)}));
    REQUIRE(incoming.up());
    CHECK(read_file(to / "t/half") == half);
    CHECK(read_file(to / "t/whole") == content(mib + 5));
    struct stat found {};
    REQUIRE(::stat((to / "t/half").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0644);
}

TEST_CASE("what is complete in a partial tree is not read any further once the delivery is stopped",
          "[transfer][asking]") {
    TempFolder to;
    const auto half = content(mib, 2);
    {
        Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
        REQUIRE(incoming.enter(folder("t"), keyed()));
        REQUIRE(deliver(incoming, file("whole", mib + 5), content(mib + 5)));
        REQUIRE(incoming.begin(file("half", 3 * mib), keyed()));
        REQUIRE(incoming.data(half));
    }
    Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no), ReceivePolicy{}};
    const auto asked = incoming.asking(Incoming::Counting::no);
    asked->enter(folder("t"), keyed());
    CHECK(asked->ask(file("whole", mib + 5), keyed()).keeps());
    incoming.stop();
    CHECK_FALSE(asked->ask(file("whole", mib + 5), keyed()).keeps());
}

TEST_CASE("questions go as deep as trees do", "[transfer][asking]") {
    TempFolder to;
    auto asked = asking(to, OnConflict::overwrite);
    for (std::size_t n = 0; n < Tree::most_depth; ++n)
        asked.enter(folder("d"), keyed());
    CHECK(told(asked, file("x", 1)) == 's');
    asked.enter(folder("d"), keyed());
    asked.enter(folder("d"), keyed());
    CHECK(told(asked, file("x", 1)) == 'r');
    REQUIRE(asked.up());
    REQUIRE(asked.up());
    CHECK(told(asked, file("x", 1)) == 's');
    for (std::size_t n = 0; n < Tree::most_depth; ++n)
        REQUIRE(asked.up());
    CHECK(code_of(asked.up()) == Errc::malformed);
}

TEST_CASE("a mirror removes what was neither named nor left out, in folders that were sent whole",
          "[transfer][removal]") {
    const bool dry = GENERATE(false, true);
    TempFolder outside;
    TempFolder to;
    write_file(outside / "secret", content(3));
    for (const auto* name : {"t", "t/whole", "t/part", "t/gone", "t/gone/deep", "t/left"})
        REQUIRE(::mkdir((to / name).c_str(), 0755) == 0);
    for (const auto* name : {"beside", "t/kept", "t/refused", "t/extra", "t/a.o", "t/whole/x", "t/part/x",
                             "t/gone/deep/x", "t/left/b.o", "t/left/c"})
        put(to / name, 10);
    fs::create_symlink(outside.str(), to / "t/l");
    const std::vector<std::string> left_out{"*.o"};
    std::uint64_t removed = 0;
    if (dry) {
        Removal removal;
        auto asked = asking(to, OnConflict::overwrite, &removal);
        asked.enter(folder("t"), keyed(), left_out);
        CHECK(told(asked, file("kept", 10)) == 'k');
        CHECK(told(asked, file("refused", 10)) == 'k');
        asked.enter(folder("whole"), keyed());
        REQUIRE(asked.up(Whole::yes));
        asked.enter(folder("part"), keyed());
        REQUIRE(asked.up(Whole::no));
        REQUIRE(asked.up(Whole::yes));
        removed = removal.count();
        CHECK(fs::exists(to / "t/extra"));
    } else {
        auto incoming = mirror(to);
        REQUIRE(incoming.enter(folder("t"), keyed(), left_out));
        REQUIRE(incoming.keep(file("kept", 10), keyed()));
        CHECK(code_of(incoming.keep(file("refused", 11), keyed())) == Errc::refused);
        REQUIRE(incoming.enter(folder("whole"), keyed()));
        REQUIRE(incoming.up(Whole::yes));
        REQUIRE(incoming.enter(folder("part"), keyed()));
        REQUIRE(incoming.up(Whole::no));
        REQUIRE(incoming.up(Whole::yes));
        CHECK(fs::exists(to / "t/extra"));  // not before the end
        const auto done = incoming.remove();
        REQUIRE(done);
        removed = *done;
        CHECK(TempFolder::names_in(to / "t") ==
              std::vector<std::string>{"a.o", "kept", "left", "part", "refused", "whole"});
        CHECK(TempFolder::names_in(to / "t/left") == std::vector<std::string>{"b.o"});
        CHECK(TempFolder::names_in(to / "t/part") == std::vector<std::string>{"x"});
        CHECK(TempFolder::names_in(to / "t/whole").empty());
        CHECK(fs::exists(to / "beside"));
        struct stat found {};
        REQUIRE(::stat((to / "t").c_str(), &found) == 0);
        CHECK(found.st_mtim.tv_sec == then.seconds);
    }
    CHECK(removed == 7);  // extra, whole/x, gone/deep/x, gone/deep, gone, left/c, l
    CHECK(outside.names() == std::vector<std::string>{"secret"});
}

TEST_CASE("nothing is removed where nobody allowed it, and nothing in a tree that was not there before",
          "[transfer][removal]") {
    TempFolder to;
    Incoming incoming{make_folder_output(folder_at(to.str()), AnyNames::no, OnConflict::overwrite),
                      ReceivePolicy{}};
    REQUIRE(::mkdir((to / "t").c_str(), 0755) == 0);
    put(to / "t/extra", 1);
    REQUIRE(incoming.enter(folder("t"), keyed()));
    REQUIRE(incoming.up(Whole::yes));
    CHECK(incoming.remove().value() == 0);
    CHECK(fs::exists(to / "t/extra"));
}
