// What earlier commands left: found again by what it is, and by nothing else.
#include "transfer/kept_partials.hpp"

#include <sys/wait.h>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const std::string partials = OutputFolder::partial_folder;

// A file as a command that died left it.
void leave(const TempFolder& to, const std::string& name, std::size_t size) {
    ::mkdir((to / partials).c_str(), 0700);
    write_file(to / (partials + "/" + name), content(size));
    REQUIRE(::chmod((to / (partials + "/" + name)).c_str(), 0600) == 0);
}

PartialKey version(unsigned item, char digit) {
    return PartialKey{std::string(16, 'a'), fmt::format("{:032x}", item), std::string(16, digit)};
}

bool found(const TempFolder& to, const PartialKey& under, std::size_t size = 10 * mib) {
    const auto partial = reopen_partial(*folder_at(to.str()), under, ByteCount{size});
    REQUIRE(partial);
    return partial->has_value();
}

}  // namespace

TEST_CASE("a kept partial is cut to whole MiB when it is gone on with", "[transfer][kept]") {
    const std::pair<std::size_t, std::size_t> cases[] = {
        {mib, mib}, {mib + 1, mib}, {2 * mib - 1, mib}, {2 * mib, 2 * mib}, {2 * mib + 1, 2 * mib}};
    for (const auto& [left, kept] : cases) {
        CAPTURE(left);
        TempFolder to;
        leave(to, key().file_name(), left);
        auto partial = reopen_partial(*folder_at(to.str()), key(), ByteCount{10 * mib});
        REQUIRE(partial);
        REQUIRE(*partial);
        CHECK((*partial)->size().value() == kept);
        REQUIRE((*partial)->append(content(5, 3)));
        const auto path = (*partial)->commit("a", file_entry("a", kept + 5));
        REQUIRE(path);
        auto expected = content(kept);
        append(expected, content(5, 3));
        CHECK(read_file(*path) == expected);
        CHECK(to.names() == std::vector<std::string>{"a"});
    }
}

TEST_CASE("of less than a MiB, or more than the item has, nothing is gone on with", "[transfer][kept]") {
    TempFolder to;
    CHECK_FALSE(found(to, key()));
    leave(to, key().file_name(), mib - 1);
    CHECK_FALSE(found(to, key()));
    leave(to, key().file_name(), 2 * mib);
    CHECK_FALSE(found(to, key(), 2 * mib - 1));
    CHECK(found(to, key(), 2 * mib));
}

TEST_CASE("a partial that had its final mode already is gone on with, private again", "[transfer][kept]") {
    TempFolder to;
    const auto path = to / (partials + "/" + key().file_name());
    leave(to, key().file_name(), 2 * mib);
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    auto partial = reopen_partial(*folder_at(to.str()), key(), ByteCount{2 * mib});
    REQUIRE(partial);
    REQUIRE(*partial);
    struct stat stat {};
    REQUIRE(::stat(path.c_str(), &stat) == 0);
    CHECK((stat.st_mode & 07777) == 0600);
}

TEST_CASE("what is planted under the name of a partial is not gone on with", "[transfer][kept]") {
    TempFolder to;
    TempFolder outside;
    const auto path = to / (partials + "/" + key().file_name());
    write_file(outside / "other", content(2 * mib));
    REQUIRE(::mkdir((to / partials).c_str(), 0700) == 0);
    SECTION("a symlink") {
        fs::create_symlink(outside / "other", path);
    }
    SECTION("a second name of another file") {
        std::error_code failed;
        fs::create_hard_link(outside / "other", path, failed);
        REQUIRE_FALSE(failed);
    }
    SECTION("a FIFO") {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    }
    SECTION("a folder") {
        fs::create_directory(path);
    }
    SECTION("a file of another user") {
        if (::geteuid() != 0) return;
        write_file(path, content(2 * mib));
        REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
    }
    CHECK_FALSE(found(to, key()));
    CHECK(read_file(outside / "other") == content(2 * mib));
}

TEST_CASE("partials in a folder that others may look into are nobody's", "[transfer][kept]") {
    TempFolder to;
    leave(to, key().file_name(), 2 * mib);
    REQUIRE(::chmod((to / partials).c_str(), 0755) == 0);
    CHECK(code_of(reopen_partial(*folder_at(to.str()), key(), ByteCount{2 * mib})) == Errc::local_io);
}

TEST_CASE("a partial that a live process writes to is neither gone on with, dropped nor cleaned",
          "[transfer][kept]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    auto live = folder->create_partial(version(1, '1'), ByteCount{5 * mib});
    REQUIRE(live);
    REQUIRE(live->append(content(2 * mib)));
    CHECK_FALSE(found(to, version(1, '1')));
    CHECK_FALSE(drop_other_versions(*folder, version(1, '2')).value());
    const auto listed = list_partials(*folder);
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().in_use);
    CHECK(clean_partials(*folder).value().empty());
    CHECK(TempFolder::names_in(to / partials).size() == 1);
    {
        Partial dying = std::move(*live);
        std::move(dying).keep();
    }
    CHECK(found(to, version(1, '1')));
}

TEST_CASE("another version of an item is dropped, and other items stay", "[transfer][kept]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    leave(to, version(1, '1').file_name(), 2 * mib);
    leave(to, version(2, '1').file_name(), 2 * mib);
    CHECK_FALSE(drop_other_versions(*folder, version(1, '1')).value());
    CHECK(drop_other_versions(*folder, version(1, '2')).value());
    CHECK(TempFolder::names_in(to / partials) == std::vector<std::string>{version(2, '1').file_name()});
}

TEST_CASE("whether a sender has partials here is told by the beginning of their names", "[transfer][kept]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    CHECK_FALSE(any_partial(*folder, "aaaa").value());
    leave(to, key().file_name(), 10);
    CHECK(any_partial(*folder, std::string(16, 'a') + "-").value());
    CHECK_FALSE(any_partial(*folder, std::string(16, 'b') + "-").value());
}

TEST_CASE("partials are listed with what they hold, and cleaned with their folder", "[transfer][kept]") {
    TempFolder to;
    const auto folder = folder_at(to.str());
    CHECK(list_partials(*folder).value().empty());
    CHECK(clean_partials(*folder).value().empty());
    CHECK(to.names().empty());
    leave(to, "a-file", 3 * mib);
    fs::create_directories(to / (partials + "/b.tree/in/side"));
    write_file(to / (partials + "/b.tree/in/one"), content(100));
    write_file(to / (partials + "/b.tree/in/side/two"), content(23));
    const auto listed = list_partials(*folder);
    REQUIRE(listed);
    REQUIRE(listed->size() == 2);
    CHECK(listed->front().name == "a-file");
    CHECK(listed->front().bytes == 3 * mib);
    CHECK_FALSE(listed->front().tree);
    CHECK_FALSE(listed->front().in_use);
    CHECK(listed->back().tree);
    CHECK(listed->back().bytes == 123);
    CHECK(listed->back().changed.seconds > 0);
    CHECK(clean_partials(*folder).value().size() == 2);
    CHECK(to.names().empty());
}
