#include "transfer/walk.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <map>
#include <set>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

using Lines = std::vector<std::string>;

std::size_t open_descriptors() {
    const fs::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string line_of(Step& step) {
    if (step.error()) return "error " + step.label();
    if (step.peek() != nullptr) {
        const auto label = step.label();
        const auto entry = step.take_source()->open();
        return entry ? "file " + entry->name() : "error " + label;
    }
    const auto& entry = *step.entry();
    if (entry.kind() == EntryKind::up) return "up";
    if (entry.kind() == EntryKind::link) return "link " + entry.name() + " -> " + entry.target();
    if (step.opened()) step.opened()->leave();
    return "folder " + entry.name();
}

// Every step as a line, what is in each folder sorted by name, since no file system promises an order.
Lines walked(Lines paths, WalkRules rules = {}) {
    const auto walk = make_path_walk(paths_of(std::move(paths)), std::move(rules));
    struct Folder {
        std::string line;
        std::map<std::string, Lines> in;
    };
    std::vector<Folder> open(1);
    const auto add = [](Folder& to, const std::string& line, Lines lines) {
        to.in[fs::path{line.substr(line.find(' ') + 1)}.filename().string() + line] = std::move(lines);
    };
    while (auto step = walk->next()) {
        auto line = line_of(*step);
        if (line.starts_with("folder ")) {
            open.push_back({line, {}});
        } else if (line == "up") {
            REQUIRE(open.size() > 1);
            Lines lines{open.back().line};
            for (const auto& [name, more] : open.back().in)
                lines.insert(lines.end(), more.begin(), more.end());
            lines.push_back("up");
            const auto ended = open.back().line;
            open.pop_back();
            add(open.back(), ended, std::move(lines));
        } else {
            add(open.back(), line, {line});
        }
    }
    REQUIRE(open.size() == 1);
    CHECK_FALSE(walk->next());
    Lines lines;
    for (const auto& [name, more] : open.back().in)
        lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

struct Here {
    explicit Here(const std::string& path) : before(fs::current_path()) { fs::current_path(path); }
    ~Here() { fs::current_path(before); }
    fs::path before;
};

void write(const fs::path& path, std::string_view text = "x") {
    fs::create_directories(path.parent_path());
    write_file(path.string(), as_bytes(text));
}

}  // namespace

TEST_CASE("a folder is sent with all that is in it, empty folders too", "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    write(at / "t/sub/b");
    fs::create_directories(at / "t/sub/empty");
    const Lines expected{"folder t", "file a", "folder sub", "file b", "folder empty", "up", "up", "up"};
    CHECK(walked({at / "t"}) == expected);
    CHECK(walked({at / "t/"}) == expected);
    CHECK(walked({at / "t///"}) == expected);
}

TEST_CASE("dot, dot dot and a path that ends in one stand for what is in the folder", "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    write(at / "t/sub/b");
    const Lines contents{"file a", "folder sub", "file b", "up"};
    CHECK(walked({at / "t/."}) == contents);
    CHECK(walked({at / "t/./"}) == contents);
    CHECK(walked({at / "t/sub/.."}) == contents);
    const Here here(at / "t");
    CHECK(walked({"."}) == contents);
    const Here deeper(at / "t/sub");
    CHECK(walked({".."}) == contents);
}

TEST_CASE("several paths come one after the other, and one that is not there is an error about it alone",
          "[transfer][walk]") {
    TempFolder at;
    write(at / "a");
    write(at / "t/b");
    CHECK(walked({at / "missing", at / "a", at / "t", ""}) ==
          Lines{"file a", "error ", "error " + at / "missing", "folder t", "file b", "up"});
}

TEST_CASE("a symlink that the user names is followed, one in a tree is sent as a link if it stays in it",
          "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    write(at / "t/sub/deep/b");
    const auto link = [&](const std::string& target, const std::string& name) {
        fs::create_symlink(target, at / name);
    };
    link("a", "t/beside");
    link("../a", "t/sub/up");
    link("../../a", "t/sub/deep/up2");
    link("sub/deep/b", "t/down");
    link("nowhere", "t/dangling");
    link("..", "t/out");
    link("../../t/a", "t/sub/out2");
    link("../../../x", "t/sub/deep/out3");
    link("sub/../a", "t/within");
    link(at / "t/a", "t/absolute");
    link("t", "to-t");
    const Lines in_t{"file a",
                     "error " + at / "t/absolute",
                     "link beside -> a",
                     "link dangling -> nowhere",
                     "link down -> sub/deep/b",
                     "error " + at / "t/out",
                     "folder sub",
                     "folder deep",
                     "error " + at / "t/sub/deep/out3",
                     "file b",
                     "link up2 -> ../../a",
                     "up",
                     "error " + at / "t/sub/out2",
                     "link up -> ../a",
                     "up",
                     "error " + at / "t/within"};
    const auto sorted = [](Lines lines) {
        std::sort(lines.begin(), lines.end());
        return lines;
    };
    Lines expected{in_t};
    expected.insert(expected.begin(), "folder t");
    expected.push_back("up");
    CHECK(sorted(walked({at / "t"})) == sorted(expected));
    auto followed = sorted(walked({at / "to-t"}));
    CHECK(std::count(followed.begin(), followed.end(), "folder to-t") == 1);
    CHECK(std::count(followed.begin(), followed.end(), "file a") == 1);
    CHECK(walked({at / "t/beside"}) == Lines{"file beside"});
}

TEST_CASE("what is neither file, folder nor link is told and never opened", "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    REQUIRE(::mkfifo((at / "t/fifo").c_str(), 0600) == 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (at / "t/socket").copy(address.sun_path, sizeof address.sun_path - 1);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    // A writer that waits for somebody to open the other end: nobody does.
    const int writer = ::open((at / "t/fifo").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    CHECK(writer < 0);
    CHECK(walked({at / "t"}) ==
          Lines{"folder t", "file a", "error " + at / "t/fifo", "error " + at / "t/socket", "up"});
    CHECK(walked({at / "t/fifo", "/dev/null"}) == Lines{"error " + at / "t/fifo", "error /dev/null"});
    ::close(listener);
}

TEST_CASE("a name that the protocol does not take is told and left", "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    write(at / "t/not-\xff-utf8");
    write(at / "t/.p2pc-partial/x");
    write(at / "t/new\nline");
    CHECK(walked({at / "t"}) == Lines{"folder t", "error " + at / "t/.p2pc-partial", "file a",
                                      "file new\nline", "error " + at / "t/not-\xff-utf8", "up"});
    CHECK(walked({at / "t/not-\xff-utf8"}) == Lines{"error " + at / "t/not-\xff-utf8"});
}

TEST_CASE("thirty-two folders deep is sent, the thirty-third is told and left", "[transfer][walk]") {
    TempFolder at;
    std::string deep = "t";
    for (int i = 2; i <= 33; ++i)
        deep += "/d";
    write(at / (deep + "/too-deep"));
    write(at / (deep.substr(0, deep.size() - 2) + "/last"));
    const auto before = open_descriptors();
    const auto walk = make_path_walk(paths_of({at / "t"}), {});
    std::size_t folders = 0, ups = 0, most_open = 0;
    Lines rest;
    std::vector<std::shared_ptr<SourceFolder>> held;
    while (auto step = walk->next()) {
        const bool is_folder = step->opened() != nullptr;
        if (is_folder) held.push_back(step->opened());
        const auto line = line_of(*step);
        most_open = std::max(most_open, open_descriptors() - before);
        if (is_folder) {
            ++folders;
        } else if (line == "up") {
            ++ups;
        } else {
            rest.push_back(line);
        }
    }
    CHECK(folders == 32);
    CHECK(ups == 32);
    std::sort(rest.begin(), rest.end());
    CHECK(rest == Lines{"error " + at / deep, "file last"});
    CHECK(most_open <= 33);
    CHECK(open_descriptors() == before);
}

TEST_CASE("modes come without set-user, set-group and sticky bits, and times as they are",
          "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    REQUIRE(::chmod((at / "t/a").c_str(), 04751) == 0);
    REQUIRE(::chmod((at / "t").c_str(), 03750) == 0);
    const timespec times[2] = {{1, 0}, {1'234'567'890, 123'456'789}};
    REQUIRE(::utimensat(AT_FDCWD, (at / "t/a").c_str(), times, 0) == 0);
    REQUIRE(::utimensat(AT_FDCWD, (at / "t").c_str(), times, 0) == 0);
    const auto walk = make_path_walk(paths_of({at / "t"}), {});
    const auto folder = walk->next();
    REQUIRE(folder);
    CHECK(folder->entry()->mode() == 0750);
    CHECK(folder->entry()->mtime() == FileTime{1'234'567'890, 123'456'789});
    auto file = walk->next();
    REQUIRE(file);
    const auto entry = file->take_source()->open();
    REQUIRE(entry);
    CHECK(entry->mode() == 0751);
    CHECK(entry->mtime() == FileTime{1'234'567'890, 123'456'789});
    folder->opened()->leave();
}

TEST_CASE("an id says which file it is and where, for those who have the key", "[transfer][walk]") {
    TempFolder at;
    write(at / "t/a");
    write(at / "t/sub/b");
    fs::create_hard_link(at / "t/a", at / "t/same-inode");
    const auto ids = [&](std::byte key, const std::string& path) {
        crypto::SecretBytes<32> secret;
        secret.writable()[0] = key;
        WalkRules rules;
        rules.ids = std::make_shared<const SourceIds>(std::move(secret));
        std::map<std::string, SourceId> found;
        const auto walk = make_path_walk(paths_of({path}), std::move(rules));
        while (auto step = walk->next()) {
            const auto label = step->label();
            if (step->peek() != nullptr)
                found[fs::path(label).filename()] = step->take_source()->look()->source();
            if (step->opened()) {
                found[fs::path(label).filename()] = step->entry()->source();
                step->opened()->leave();
            }
        }
        return found;
    };
    const auto first = ids(std::byte{1}, at / "t");
    REQUIRE(first.size() == 5);
    CHECK(first == ids(std::byte{1}, at / "t"));
    const Here here(at.str());
    CHECK(first == ids(std::byte{1}, "t"));
    CHECK(first.at("sub") == SourceId{});
    const std::set<SourceId> different{first.at("t"), first.at("a"), first.at("b"), first.at("same-inode"),
                                       first.at("sub")};
    CHECK(different.size() == 5);
    CHECK(first.at("a") != ids(std::byte{2}, at / "t").at("a"));
    // At its place, but another file now.
    write(at / "new");
    fs::rename(at / "new", at / "t/a");
    CHECK(first.at("a") != ids(std::byte{1}, at / "t").at("a"));
}

TEST_CASE("a file below a folder that was left long ago is found, and not through a symlink",
          "[transfer][walk]") {
    TempFolder at;
    write(at / "t/sub/deep/b", "content");
    const auto before = open_descriptors();
    {
        const auto walk = make_path_walk(paths_of({at / "t"}), {});
        std::unique_ptr<Source> file;
        while (auto step = walk->next()) {
            if (step->opened()) step->opened()->leave();
            if (step->peek() != nullptr) file = step->take_source();
        }
        REQUIRE(file);
        CHECK(open_descriptors() == before);
        SECTION("as it was") {
            CHECK(file->look());
            CHECK(open_descriptors() == before);
            REQUIRE(file->open());
            CHECK(open_descriptors() == before + 1);
            Bytes buffer(100);
            CHECK(*file->read(buffer) == 7);
            CHECK(*file->read(buffer) == 0);
        }
        SECTION("a folder on the way became a symlink") {
            fs::rename(at / "t/sub", at / "moved");
            fs::create_symlink(at / "moved", at / "t/sub");
            CHECK(code_of(file->look()) == Errc::local_io);
            CHECK(code_of(file->open()) == Errc::local_io);
        }
        SECTION("the file became a symlink") {
            fs::rename(at / "t/sub/deep/b", at / "b");
            fs::create_symlink(at / "b", at / "t/sub/deep/b");
            CHECK(code_of(file->open()) == Errc::local_io);
        }
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("what a pattern of the user leaves out is not met", "[transfer][walk]") {
    TempFolder at;
    for (const auto* name : {"t/a.c", "t/a.o", "t/sub/b.o", "t/build/c", "t/sub/build/d", "a.o", "b.c"})
        write(at / name);
    WalkRules rules;
    rules.exclude.add("*.o");
    rules.exclude.add("/build");
    CHECK(walked({at / "t", at / "a.o", at / "b.c"}, rules) == Lines{"file b.c", "folder t", "file a.c",
                                                                     "folder sub", "folder build", "file d",
                                                                     "up", "up", "up"});
    CHECK(walked({at / "t/."}, rules) ==
          Lines{"file a.c", "folder sub", "folder build", "file d", "up", "up"});
}

TEST_CASE("gitignore files count where they lie and below, the innermost most", "[transfer][walk]") {
    TempFolder at;
    for (const auto* name :
         {"t/a.o", "t/keep.o", "t/sub/b.o", "t/sub/c.o", "t/sub/x/out", "t/out", "t/log/l", "t/sub/log"})
        write(at / name);
    write(at / "t/.gitignore", "*.o\n!keep.o\n/out\nlog/\n");
    write(at / "t/sub/.gitignore", "!b.o\nx/out\n");
    WalkRules rules;
    CHECK(walked({at / "t"}).size() == 18);
    rules.gitignore = GitIgnore::yes;
    CHECK(walked({at / "t"}, rules) == Lines{"folder t", "file .gitignore", "file keep.o", "folder sub",
                                             "file .gitignore", "file b.o", "file log", "folder x", "up",
                                             "up", "up"});
    rules.exclude.add("b.o");
    rules.exclude.add("!a.o");
    const auto both = walked({at / "t"}, rules);
    CHECK(std::count(both.begin(), both.end(), "file b.o") == 0);
    CHECK(std::count(both.begin(), both.end(), "file a.o") == 1);
}

TEST_CASE("the rest of a folder that is left is not met", "[transfer][walk]") {
    TempFolder at;
    for (int i = 0; i < 100; ++i)
        write(at / ("t/" + std::to_string(i)));
    write(at / "u");
    const auto walk = make_path_walk(paths_of({at / "t", at / "u"}), {});
    auto folder = walk->next();
    REQUIRE(folder);
    folder->opened()->leave();
    REQUIRE(walk->next());
    walk->leave_folder();
    auto up = walk->next();
    REQUIRE(up);
    CHECK(line_of(*up) == "up");
    auto last = walk->next();
    REQUIRE(last);
    CHECK(line_of(*last) == "file u");
}

TEST_CASE("a folder that cannot be opened is told and left", "[transfer][walk]") {
    if (::geteuid() == 0) {
        WARN("skipped: root opens everything");
        return;
    }
    TempFolder at;
    write(at / "t/a");
    write(at / "t/locked/b");
    REQUIRE(::chmod((at / "t/locked").c_str(), 0) == 0);
    CHECK(walked({at / "t"}) == Lines{"folder t", "file a", "error " + at / "t/locked", "up"});
    REQUIRE(::chmod((at / "t/locked").c_str(), 0700) == 0);
}
