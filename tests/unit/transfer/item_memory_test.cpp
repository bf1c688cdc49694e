// Items whose acknowledgement got lost come again, and are not kept twice.
#include "transfer/item_memory.hpp"

#include <map>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

class Memory final : public ItemMemory {
  public:
    std::optional<std::string> find(const PartialKey& key) override {
        const auto found = items.find(key.file_name());
        return found == items.end() ? std::nullopt : std::optional{found->second};
    }
    void add(const PartialKey& key, const std::string& path) override { items[key.file_name()] = path; }
    std::map<std::string, std::string> items;
};

Entry item(std::size_t size, std::int64_t time = 1000) {
    auto entry = Entry::file("a", ByteCount{size}, 0644, FileTime{time, 0});
    entry.set_source(SourceId{std::byte{1}});
    return entry;
}

Incoming into(const TempFolder& to, Memory& memory) {
    auto output = make_folder_output(folder_at(to.str()), AnyNames::no);
    return Incoming{make_remembering_output(std::move(output), memory), ReceivePolicy{}};
}

}  // namespace

TEST_CASE("an item that is in place is met again where it lies, and not taken twice", "[transfer][memory]") {
    TempFolder to;
    Memory memory;
    auto first = into(to, memory);
    REQUIRE(deliver(first, item(5), content(5)));
    auto again = into(to, memory);
    const auto begun = again.begin(item(5), keyed());
    REQUIRE(begun);
    CHECK(*begun == Incoming::Begun::there);
    CHECK(again.there() == to / "a");
    CHECK(to.names() == std::vector<std::string>{"a"});
}

TEST_CASE("what was moved, changed or replaced since is taken anew", "[transfer][memory]") {
    TempFolder to;
    Memory memory;
    auto first = into(to, memory);
    REQUIRE(deliver(first, item(5), content(5)));
    SECTION("removed") {
        fs::remove(to / "a");
    }
    SECTION("another size") {
        REQUIRE(::truncate((to / "a").c_str(), 3) == 0);
    }
    SECTION("another time") {
        const timespec times[2] = {{1, 0}, {1, 0}};
        REQUIRE(::utimensat(AT_FDCWD, (to / "a").c_str(), times, 0) == 0);
    }
    SECTION("a link to a twin") {
        fs::rename(to / "a", to / "twin");
        fs::create_symlink("twin", to / "a");
    }
    auto again = into(to, memory);
    const auto begun = again.begin(item(5), keyed());
    REQUIRE(begun);
    CHECK(*begun == Incoming::Begun::taken);
    CHECK_FALSE(again.there());
}

TEST_CASE("an item without a source or a time is never met again", "[transfer][memory]") {
    TempFolder to;
    Memory memory;
    auto entry = item(5);
    SECTION("no source") {
        entry.set_source(SourceId{});
    }
    SECTION("no time") {
        entry = Entry::file("a", ByteCount{5}, 0644, std::nullopt);
        entry.set_source(SourceId{std::byte{1}});
    }
    auto first = into(to, memory);
    REQUIRE(deliver(first, entry, content(5)));
    CHECK(memory.items.empty());
}
