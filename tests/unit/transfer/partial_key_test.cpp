// The names of partials: stable for one home and one item, and for nothing else.
#include "transfer/partial_key.hpp"

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

crypto::Seed seed(unsigned char first) {
    crypto::Seed made;
    made.writable()[0] = static_cast<std::byte>(first);
    return made;
}

model::PublicKey person(unsigned char first) {
    ByteArray<32> bytes{};
    bytes[0] = static_cast<std::byte>(first);
    return model::PublicKey{bytes};
}

Entry item(const std::string& name, std::uint64_t size, std::int64_t time, unsigned char source) {
    auto entry = Entry::file(name, ByteCount{size}, 0644, FileTime{time, 5});
    SourceId id{};
    id[0] = static_cast<std::byte>(source);
    entry.set_source(id);
    return entry;
}

}  // namespace

TEST_CASE("the key of an item is the same in another process of the same home", "[transfer][partial_key]") {
    const PartialKeys one{seed(1), person(1)};
    const PartialKeys later{seed(1), person(1)};
    CHECK(one.of(item("a", 5, 9, 1)).file_name() == later.of(item("a", 5, 9, 1)).file_name());
    auto mode = Entry::file("a", ByteCount{5}, 0600, FileTime{9, 5});
    mode.set_source(item("a", 5, 9, 1).source());
    CHECK(one.of(mode).file_name() == one.of(item("a", 5, 9, 1)).file_name());
}

TEST_CASE("another home, sender, source or name is another item; another size or time another version of it",
          "[transfer][partial_key]") {
    const PartialKeys keys{seed(1), person(1)};
    const auto key = keys.of(item("a", 5, 9, 1));
    CHECK(key.file_name().starts_with(key.item_prefix()));
    CHECK(key.file_name().starts_with(keys.account_prefix()));
    for (const auto& other : {item("b", 5, 9, 1), item("a", 5, 9, 2)}) {
        CHECK(keys.of(other).item_prefix() != key.item_prefix());
        CHECK(keys.of(other).file_name().starts_with(keys.account_prefix()));
    }
    for (const auto& changed : {item("a", 6, 9, 1), item("a", 5, 8, 1)}) {
        CHECK(keys.of(changed).item_prefix() == key.item_prefix());
        CHECK(keys.of(changed).file_name() != key.file_name());
    }
    for (const auto& others : {PartialKeys{seed(2), person(1)}, PartialKeys{seed(1), person(2)}}) {
        CHECK(others.account_prefix() != keys.account_prefix());
        CHECK(others.of(item("a", 5, 9, 1)).item_prefix() != key.item_prefix());
    }
}

TEST_CASE("a folder is the same item whatever its time", "[transfer][partial_key]") {
    const PartialKeys keys{seed(1), person(1)};
    const auto then = Entry::folder("a", 0755, FileTime{9, 5});
    const auto now = Entry::folder("a", 0755, FileTime{10, 0});
    CHECK(keys.of(then).file_name() == keys.of(now).file_name());
}

TEST_CASE("what has no source, or is a stream, is not met again", "[transfer][partial_key]") {
    CHECK(is_lasting(item("a", 5, 9, 1)));
    CHECK_FALSE(is_lasting(item("a", 5, 9, 0)));
    CHECK_FALSE(is_lasting(Entry::stream("a")));
}
